type Value = string | number | boolean | readonly number[] | null;
export interface Difference {
  /** As the activity log calls the setting. */
  key: string;
  theirs: Value;
  yours: Value;
}

const flat = (section: object): [key: string, value: Value][] =>
  Object.entries(section).flatMap(([key, value]) =>
    key === 'invitationLimits'
      ? Object.entries(value as object).map(([name, one]): [string, Value] => [`limit_${name}`, one])
      : [[key, value]],
  );

/** Where what somebody else has saved is not what was typed: what saving over it would undo. */
export function differencesOf<Section extends object>(theirs: Section, yours: Section): Difference[] {
  const typed = new Map(flat(yours));
  return flat(theirs).flatMap(([key, value]) =>
    JSON.stringify(typed.get(key)) === JSON.stringify(value) ? [] : [{ key, theirs: value, yours: typed.get(key) ?? null }],
  );
}
