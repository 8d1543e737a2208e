/** Counts attempts per key in this process, for what must not be tried often. Forgets a key once its window is over. */
export function createAttemptLimit({ most, windowMs }: { most: number; windowMs: number }) {
  const counts = new Map<string, { until: number; count: number }>();
  let sweepAt = 10_000;
  return {
    /** Whether one more attempt is allowed now; counts it. */
    allow(key: string, now = Date.now()): boolean {
      if (counts.size > sweepAt) {
        for (const [known, { until }] of counts) if (until <= now) counts.delete(known);
        // Not again at each call while many are new: that would be the very load that a limit is there against.
        sweepAt = Math.max(10_000, counts.size * 2);
      }
      const kept = counts.get(key);
      const current = kept && kept.until > now ? kept : { until: now + windowMs, count: 0 };
      current.count += 1;
      counts.set(key, current);
      return current.count <= most;
    },
  };
}
