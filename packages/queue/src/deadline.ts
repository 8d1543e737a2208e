/** The promise, or an error once `ms` milliseconds are over: a client that waits for its backend must not keep us waiting. */
export function withDeadline<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue does not answer')), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
