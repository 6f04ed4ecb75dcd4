import type { NormalizedContext } from '@glidepath/core/sdk';
import { quietly } from './page.ts';
import type { ContextInput } from './types.ts';

/** Whom values are for, and how they prove it. */
export interface Subject {
  readonly context?: ContextInput;
  readonly sealedContext?: string | undefined;
  readonly secureHash?: string | undefined;
}

/**
 * One entry per kind, as JSON carries it, without the attributes of these names. What cannot be read is a `user` without
 * attributes; the rest of the rules for contexts is the service's.
 */
export function without(context: ContextInput, names: readonly string[]): NormalizedContext {
  const read = (): NormalizedContext => {
    const text = JSON.stringify(context, function (this: Record<string, unknown>, name, value) {
      const raw = this[name];
      return names.includes(name) ? undefined : raw instanceof Date ? +raw : value;
    });
    const { kind, ...body } = JSON.parse(text);
    const bodies = Object.values(body);
    const isMulti = kind === 'multi' || (!kind && !('key' in body) && bodies[0] && bodies.every(isObject));
    return isMulti ? body : { [kind ?? 'user']: body };
  };
  return quietly(read) ?? { user: {} };
}

/** Tells the few texts apart that are remembered under it: quick, and no secret. Products stay below 2 ** 53. */
export function fingerprintOf(text: string): number {
  return [...text].reduce((sum, character) => (sum * 33 + (character.codePointAt(0) as number)) % 1e14, 0);
}

export const isObject = (value: unknown): boolean => Object(value) === value && !Array.isArray(value);
