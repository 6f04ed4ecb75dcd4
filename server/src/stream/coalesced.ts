/**
 * Makes calls of `work` share runs: one run at a time, and whoever calls during a run gets the next one, which
 * starts after their call and so sees what they wrote before.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function run(): Promise<void> {
    running = work().finally(() => {
      running = null;
    });
    return running;
  }

  return () => {
    // Also between two runs: the one that waits starts after this call.
    if (next !== null) return next;
    if (running === null) return run();
    next = running
      .catch(() => {})
      .then(() => {
        next = null;
        return run();
      });
    return next;
  };
}
