import { type Asking, askedOf, CONTEXTS, type Shape, writtenKeys } from './shapes.ts';
import type { AsynchronousSubject, Subject, SynchronousSubject } from './subject.ts';

/** Makes so many calls, and counts what is on, so that no call can be left out. */
export type Run = (calls: number) => number | Promise<number>;

/** A loop for each way of asking: what is measured must not pay for a choice. */
export function runOf(subject: Subject, shape: Shape): Run {
  const keys = writtenKeys(shape.flags);
  const key = keys[shape.flags.indexOf(askedOf(shape))]!;
  const runs = subject.isAsync ? awaitingRuns(subject, key, keys) : directRuns(subject, key, keys);
  return runs[shape.asking];
}

const MASK = CONTEXTS - 1;
/** A prime stride: every flag meets every context. */
const STRIDE = 7;

function directRuns({ ask, all }: SynchronousSubject, key: string, keys: readonly string[]): Record<Asking, Run> {
  let at = 0;
  return {
    one(calls) {
      let on = 0;
      for (let i = 0; i < calls; i += 1) if (ask(key, i & MASK)) on += 1;
      return on;
    },
    each(calls) {
      let on = 0;
      for (const end = at + calls; at < end; at += 1) if (ask(keys[(at * STRIDE) % keys.length]!, at & MASK)) on += 1;
      return on;
    },
    all(calls) {
      let seen = 0;
      for (const end = at + calls; at < end; at += 1) if (all(at & MASK) !== undefined) seen += 1;
      return seen;
    },
  };
}

function awaitingRuns({ ask, all }: AsynchronousSubject, key: string, keys: readonly string[]): Record<Asking, Run> {
  let at = 0;
  return {
    async one(calls) {
      let on = 0;
      for (let i = 0; i < calls; i += 1) if (await ask(key, i & MASK)) on += 1;
      return on;
    },
    async each(calls) {
      let on = 0;
      for (const end = at + calls; at < end; at += 1)
        if (await ask(keys[(at * STRIDE) % keys.length]!, at & MASK)) on += 1;
      return on;
    },
    async all(calls) {
      let seen = 0;
      for (const end = at + calls; at < end; at += 1) if ((await all(at & MASK)) !== undefined) seen += 1;
      return seen;
    },
  };
}
