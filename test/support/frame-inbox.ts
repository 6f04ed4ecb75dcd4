import type { WebSocket } from 'ws';

/** For what never comes: a busy machine may be late. */
const DEADLINE_MS = 30_000;

interface AnyFrame {
  readonly t: string;
}

export type FrameOf<F extends AnyFrame, T extends F['t']> = Extract<F, { readonly t: T }>;

export interface Closed {
  readonly code: number;
  readonly reason: string;
}

interface FrameInbox<F extends AnyFrame> {
  readonly frames: readonly F[];
  readonly closed: Promise<Closed>;
  /** The next frame of this kind that was not yet taken; rejects when the socket closes before, or after half a minute. */
  take<T extends F['t']>(t: T): Promise<FrameOf<F, T>>;
}

/** Keeps all frames that a socket gets, from before it is open. */
export function openInbox<F extends AnyFrame>(socket: WebSocket): FrameInbox<F> {
  const frames: F[] = [];
  const untaken: F[] = [];
  const wake = new Set<() => void>();
  const notify = () => {
    for (const listener of [...wake]) listener();
  };
  let over = false;
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      over = true;
      resolve({ code, reason: String(reason) });
      notify();
    });
  });
  socket.on('message', (content) => {
    const frame = JSON.parse(String(content)) as F;
    frames.push(frame);
    untaken.push(frame);
    notify();
  });

  function takeNow<T extends F['t']>(t: T): FrameOf<F, T> | null {
    const index = untaken.findIndex((frame) => frame.t === t);
    return index < 0 ? null : (untaken.splice(index, 1)[0] as FrameOf<F, T>);
  }

  function take<T extends F['t']>(t: T): Promise<FrameOf<F, T>> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        wake.delete(look);
        clearTimeout(deadline);
        done();
      };
      const deadline = setTimeout(
        () =>
          settle(() =>
            reject(new Error(`no ${t} within ${DEADLINE_MS} ms; got ${frames.map((frame) => frame.t).join(' ')}`)),
          ),
        DEADLINE_MS,
      );
      function look(): void {
        const frame = takeNow(t);
        if (frame !== null) settle(() => resolve(frame));
        else if (over) settle(() => reject(new Error(`closed before ${t}`)));
      }
      wake.add(look);
      look();
    });
  }

  return { frames, closed, take };
}
