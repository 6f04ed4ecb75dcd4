import { RefusedError } from '../errors.ts';

/** Long work, one piece after the other for each name: two at once would both take twice as long. */
interface Turns {
  /** Refuses with `too-many-requests` where too many wait already; who is `gone` waits no more. */
  take<T>(name: string, gone: AbortSignal, work: () => Promise<T>): Promise<T>;
}

interface TurnOptions {
  /** Behind the one who is at work, for each name. */
  readonly mostWaiting: number;
  /** What there is too much of, in words. */
  readonly what: string;
}

/** About as long as one piece takes. */
const RETRY_AFTER_S = 5;

export function createTurns({ mostWaiting, what }: TurnOptions): Turns {
  /** Who waits, by name; a name stands here as long as somebody is at work. */
  const lines = new Map<string, (() => void)[]>();

  async function turnOf(name: string, gone: AbortSignal): Promise<void> {
    const line = lines.get(name);
    if (line === undefined) {
      lines.set(name, []);
      return;
    }
    if (line.length >= mostWaiting)
      throw new RefusedError({
        code: 'too-many-requests',
        detail: `Too many ${what} at once: they are answered one after the other, and ${mostWaiting} wait already. Try again in ${RETRY_AFTER_S} s.`,
        retryAfter: RETRY_AFTER_S,
      });
    await new Promise<void>((resolve, reject) => {
      line.push(resolve);
      gone.addEventListener('abort', () => {
        const place = line.indexOf(resolve);
        if (place === -1) return;
        line.splice(place, 1);
        reject(new RefusedError({ code: 'unavailable', detail: 'Its turn had not come when its time was over.' }));
      });
    });
  }

  function passOn(name: string): void {
    const next = lines.get(name)?.shift();
    if (next === undefined) lines.delete(name);
    else next();
  }

  return {
    async take(name, gone, work) {
      await turnOf(name, gone);
      try {
        return await work();
      } finally {
        passOn(name);
      }
    },
  };
}
