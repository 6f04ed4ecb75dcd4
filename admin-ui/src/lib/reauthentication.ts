/** Waits, on behalf of requests that were refused with 401, until somebody has signed in again. */
export interface Reauthentication {
  /** Resolves after the next sign-in, rejects when it is given up. */
  ask(): Promise<void>;
  succeed(): void;
  giveUp(): void;
  isAsked(): boolean;
  subscribe(listener: () => void): () => void;
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

export function createReauthentication(): Reauthentication {
  let waiters: readonly Waiter[] = [];
  const listeners = new Set<() => void>();

  function setWaiters(next: readonly Waiter[]): readonly Waiter[] {
    const before = waiters;
    waiters = next;
    for (const listener of listeners) listener();
    return before;
  }

  return {
    ask: () => new Promise((resolve, reject) => setWaiters([...waiters, { resolve, reject }])),
    succeed() {
      for (const waiter of setWaiters([])) waiter.resolve();
    },
    giveUp() {
      for (const waiter of setWaiters([])) waiter.reject(new Error('You are signed out.'));
    },
    isAsked: () => waiters.length > 0,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
