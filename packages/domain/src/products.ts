/** A product of the catalogue. Seat-based products are bought in numbers, usage-based ones once. */
export interface Product {
  id: string;
  name: string;
  billing: 'seats' | 'usage';
  leastQuantity: number;
  mostQuantity: number;
}

/** The catalogue, as data. */
export const products: readonly Product[] = [
  { id: 'azure-plan', name: 'Azure plan', billing: 'usage', leastQuantity: 1, mostQuantity: 1 },
  { id: 'm365-business-basic', name: 'Microsoft 365 Business Basic', billing: 'seats', leastQuantity: 1, mostQuantity: 300 },
  { id: 'm365-business-standard', name: 'Microsoft 365 Business Standard', billing: 'seats', leastQuantity: 1, mostQuantity: 300 },
  { id: 'm365-e3', name: 'Microsoft 365 E3', billing: 'seats', leastQuantity: 1, mostQuantity: 10_000 },
  { id: 'defender-business', name: 'Microsoft Defender for Business', billing: 'seats', leastQuantity: 1, mostQuantity: 300 },
];

/** The product with this id, or undefined. */
export function productOf(id: string): Product | undefined {
  return products.find((product) => product.id === id);
}
