import { expect, it } from 'vitest';
import { mostTags, withoutTags, withTags } from './tags.ts';

const many = (count: number) => Array.from({ length: count }, (_, index) => `tag ${index}`);

it('tags are added once each, in their order, and never more than a customer may have', () => {
  expect(withTags(['a', 'b'], ['b', 'c', 'c'])).toEqual(['a', 'b', 'c']);
  expect(withTags([], [])).toEqual([]);
  expect(withTags(many(mostTags - 1), ['new'])).toHaveLength(mostTags);
  expect(withTags(many(mostTags), ['new'])).toBeNull();
  expect(withTags(many(mostTags), ['tag 0'])).toEqual(many(mostTags));
  // One that has too many already keeps them.
  expect(withTags(many(mostTags + 2), ['tag 0'])).toHaveLength(mostTags + 2);
});

it('tags are removed where they are', () => {
  expect(withoutTags(['a', 'b', 'c'], ['b', 'x'])).toEqual(['a', 'c']);
  expect(withoutTags([], ['b'])).toEqual([]);
});
