/** Pauses that double up to a limit, with jitter: a server that comes back is not met by everybody at once. */
export interface Backoff {
  next: () => number;
  reset: () => void;
}

export function backoff(first = 500, limit = 20_000, random: () => number = Math.random): Backoff {
  let ceiling = first;
  return {
    next() {
      const pause = ceiling / 2 + random() * (ceiling / 2);
      ceiling = Math.min(ceiling * 2, limit);
      return pause;
    },
    reset() {
      ceiling = first;
    },
  };
}

/** Waits, or stops waiting when the signal says so. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
}
