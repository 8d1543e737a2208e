export const modes = ['accept', 'refuse', 'defer', 'hang', 'bounce'] as const;

/**
 * How the inbox's mail server treats a recipient. refuse: 550 at RCPT. defer: 451 at RCPT. hang: no answer to RCPT at all.
 * bounce: 250, and afterwards a delivery report to the sender instead of the mail.
 */
export type Mode = (typeof modes)[number];

/** A rule for the recipients that have `match` in their address; an empty `match` is every recipient. */
export interface Rule {
  match: string;
  mode: Mode;
}

/** The rules in force. The longest match wins; without any, mail is accepted. */
export class Behaviour {
  #rules = new Map<string, Mode>();

  /** Sets a rule. `accept` takes the rule for that match away, and without a match all of them. */
  set({ match, mode }: Rule): void {
    const key = match.trim().toLowerCase();
    if (mode !== 'accept') this.#rules.set(key, mode);
    else if (key === '') this.#rules.clear();
    else this.#rules.delete(key);
  }

  /** All rules, the most special first. */
  get rules(): Rule[] {
    return [...this.#rules].map(([match, mode]) => ({ match, mode })).sort((one, other) => other.match.length - one.match.length);
  }

  /** What happens to mail for this address. */
  for(address: string): Mode {
    return this.rules.find(({ match }) => address.toLowerCase().includes(match))?.mode ?? 'accept';
  }
}

/** Reads a rule from a request's body: the rule, or what is wrong with it. */
export function parseRule(body: string): Rule | string {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return 'The body must be JSON.';
  }
  const { mode, match = '' } = (value ?? {}) as { mode?: unknown; match?: unknown };
  const known = modes.find((name) => name === mode);
  if (!known) return `"mode" must be one of ${modes.join(', ')}.`;
  if (typeof match !== 'string') return '"match" must be a text: a part of the recipient\'s address.';
  return { mode: known, match };
}
