import { productNameIn, purchaseProductOf, regionOf } from '@clientele/domain';
import { currentLanguage } from '../app/language.ts';

/** What the catalogue calls a product in the reader's language. */
export function productLabel(id: string, fallback: string): string {
  const product = purchaseProductOf(id);
  return product ? productNameIn(product, currentLanguage()) : fallback;
}

/** What a region is called in the reader's language. */
export function regionLabel(id: string): string {
  const region = regionOf(id);
  if (!region) return id;
  return currentLanguage() === 'ja' ? region.japaneseName : region.name;
}
