// Requests that wait for news of a host: woken by notifications of the database, or after a while.

export interface Waiters {
  /** Resolves at the next news of `host`, after `ms`, or when `signal` aborts. */
  readonly wait: (host: string, ms: number, signal: AbortSignal) => Promise<void>;
  /** Wakes the requests for one host, or all of them with null. */
  readonly wake: (host: string | null) => void;
}

export const createWaiters = (): Waiters => {
  const waiting = new Map<() => void, string>();
  return {
    wait: (host, ms, signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done);
        waiting.set(done, host);
        if (signal.aborted) done();
      }),
    wake: (host) => {
      for (const [done, of] of waiting) if (host === null || of === host) done();
    },
  };
};
