/** So much of a text is kept in the activity log: it holds facts, and what somebody wrote stands elsewhere. */
export const longestFact = 300;

/** Which one it is, is no secret. */
const idNames = /Ids?$/;
const secretNames = /password|passwd|secret|token|cookie|authorization|api_?key|private_?key|recovery|totp/i;

/**
 * The facts of an event as the activity log keeps them: what is named like a secret is left out at any depth, and a long text is cut. Events are made
 * without either; this is the net under that rule.
 */
export function keptFacts<Facts>(facts: Facts): Facts {
  return kept(facts) as Facts;
}

function kept(value: unknown): unknown {
  if (typeof value === 'string') return value.length > longestFact ? `${value.slice(0, longestFact)}…` : value;
  if (Array.isArray(value)) return value.map(kept);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !secretNames.test(name) || idNames.test(name))
      .map(([name, inner]) => [name, kept(inner)]),
  );
}
