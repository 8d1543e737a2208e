import type { FoundBy } from '@clientele/db';
import { choiceName, languages, type ProfileContent, profileChoiceFields, subdivisionsOf } from '@clientele/domain';

/** Names under which a profile is found besides its own words: its places as people write them in each language, and what was chosen from lists. */
export function foundBy(country: string, content: ProfileContent): FoundBy {
  const places = content.locations.flatMap(({ name, address }) => [
    ...[name, address.city, address.line1, address.postalCode ?? ''],
    ...languages.map((language) => subdivisionsOf(country, language).find(({ code }) => code === address.state)?.name ?? ''),
  ]);
  // Sizes are figures: nobody writes them into a search.
  const chosen = profileChoiceFields
    .filter((field) => field !== 'companySizes')
    .flatMap((field) => content[field].flatMap((id) => languages.map((language) => choiceName(field, id, language))));
  return { places: joined(places), words: joined(chosen) };
}

const joined = (names: string[]) => [...new Set(names.map((name) => name.trim()).filter((name) => name !== ''))].join('\n');
