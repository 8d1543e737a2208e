/** So many tags a customer has at most. */
export const mostTags = 20;

/** The tags with these added, once each; null when that is more than a customer may have. */
export function withTags(tags: readonly string[], added: readonly string[]): string[] | null {
  const all = [...new Set([...tags, ...added])];
  return all.length > mostTags && all.length > tags.length ? null : all;
}

/** The tags without these. */
export function withoutTags(tags: readonly string[], removed: readonly string[]): string[] {
  return tags.filter((tag) => !removed.includes(tag));
}
