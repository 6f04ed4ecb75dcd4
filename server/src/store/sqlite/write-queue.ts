/** Runs one task after the other; a task that fails does not stop the next. */
export interface WriteQueue {
  run<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when all that was given so far has ended. */
  idle(): Promise<void>;
}

export function createWriteQueue(): WriteQueue {
  let tail: Promise<unknown> = Promise.resolve();
  return {
    run(task) {
      const result = tail.then(task);
      // Its caller hears of the failure; the queue only goes on.
      tail = result.catch(() => undefined);
      return result;
    },
    async idle() {
      await tail;
    },
  };
}
