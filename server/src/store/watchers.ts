/** Those who want to know that something was committed. */
export interface Watchers {
  add(listener: () => void): () => void;
  call(): void;
}

export function createWatchers(): Watchers {
  const listeners = new Set<() => void>();
  return {
    add(listener) {
      // Its own function object, so that one listener added twice is called, and removed, twice.
      const own = () => listener();
      listeners.add(own);
      return () => listeners.delete(own);
    },
    call() {
      for (const listener of listeners) listener();
    },
  };
}
