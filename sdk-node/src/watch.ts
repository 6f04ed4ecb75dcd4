import type { ContextInput } from '@glidepath/core';
import { askedOf, type EvaluationDetail, type FlagRef, type ListenOptions, thrownWords } from '@glidepath/core/sdk';
import type { Host } from './host.ts';

type Listener = (now: EvaluationDetail<unknown>, before: EvaluationDetail<unknown> | null) => void;
type Given =
  | readonly [fallback: unknown, listener: Listener, options?: ListenOptions]
  | readonly [listener: Listener, options?: ListenOptions];

/** The part of a client that tells what a change means for one context. */
export function createWatch(host: Host) {
  return {
    watch(flag: string | FlagRef<unknown>, context: ContextInput, ...given: Given): () => void {
      const { fallback, listener, options } = readGiven(flag, given);
      const { key } = askedOf(flag, fallback);
      const look = () => host.detail(host.serving, flag, context, fallback);
      const tell = (now: EvaluationDetail<unknown>, before: EvaluationDetail<unknown> | null): void => {
        try {
          listener(now, before);
        } catch (error) {
          host.log('error', 'GP1901', `a listener that watches '${key}' threw: ${thrownWords(error)}`);
        }
      };
      let known = look();
      const onChange = (): void => {
        const now = look();
        if (isSame(now.value, known.value)) return;
        const before = known;
        known = now;
        if (options.once) unsubscribe();
        tell(now, before);
      };
      const { once: _, ...listening } = options;
      const unsubscribe = host.emitter.on(`change:${key}`, onChange, listening);
      if (!options.signal?.aborted) tell(known, null);
      return unsubscribe;
    },
  };
}

interface Watching {
  readonly fallback: unknown;
  readonly listener: Listener;
  readonly options: ListenOptions;
}

/** A declared flag brings its fallback along. */
function readGiven(flag: unknown, given: Given): Watching {
  const [first, second, third] = given as readonly unknown[];
  const [fallback, listener, options] = typeof flag === 'string' ? [first, second, third] : [undefined, first, second];
  return { fallback, listener: listener as Listener, options: (options as ListenOptions | undefined) ?? {} };
}

/** Compares JSON: a flag that was saved anew with the same value is no other value. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && isSame(memberOf(one, name), memberOf(other, name)))
  );
}

function memberOf(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}
