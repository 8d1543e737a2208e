import { type AttemptCount, type AttemptLimitName, attemptLimits, Refusal } from '@clientele/domain';
import type { Attempts } from '@clientele/services';

/** So long a count may take. What cannot be counted is not let through. */
const patienceMs = 5000;

/** Counts attempts for the API's doors, and refuses what is too many. */
export interface Guard {
  /** Counts one more attempt. Throws `unavailable` when it cannot be counted in time. */
  count(limit: AttemptLimitName, key: string | undefined): Promise<AttemptCount>;
  /** The same, where only yes or no matters. */
  allow(limit: AttemptLimitName, key: string | undefined): Promise<boolean>;
  /** The same. Throws `limit_reached`, with when to try again. */
  demand(limit: AttemptLimitName, key: string | undefined): Promise<void>;
  attempts: Attempts;
}

export function createGuard(attempts: Attempts): Guard {
  const count = (limit: AttemptLimitName, key = '') => inTime(attempts.count(limit, key));
  return {
    attempts,
    count,
    allow: async (limit, key) => (await count(limit, key)).allowed,
    async demand(limit, key) {
      const counted = await count(limit, key);
      if (!counted.allowed) throw tooMany(limit, counted);
    },
  };
}

/** The refusal of an attempt that was one too many. */
export function tooMany(limit: AttemptLimitName, { until }: AttemptCount): Refusal {
  const { most } = attemptLimits[limit];
  return new Refusal('limit_reached', `That was tried too often. Try again after ${until.toISOString()}.`, {
    details: { limit: 'attempts', attempts: limit, most, until: until.toISOString() },
  });
}

async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Refusal('unavailable', 'There was no answer in time. Try again in a moment.')), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
