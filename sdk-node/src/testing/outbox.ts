/** Whatever a service says goes through here, so that it can fall silent for a while. */
export interface Outbox {
  /** Now, or in order after the silence. */
  post(say: () => void): void;
  stall(ms: number): void;
  close(): void;
}

export function createOutbox(): Outbox {
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;

  const resume = (): void => {
    timer = null;
    for (const say of waiting.splice(0)) say();
  };

  return {
    post(say) {
      if (timer === null) say();
      else waiting.push(say);
    },
    stall(ms) {
      if (timer !== null) clearTimeout(timer);
      timer = setTimeout(resume, ms);
      timer.unref();
    },
    close() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      waiting.length = 0;
    },
  };
}
