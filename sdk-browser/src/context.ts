import type { Context } from '@glidepath/core';
import type { Who } from '@glidepath/core/protocol';
import type { NormalizedContext } from '@glidepath/core/sdk';
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
  try {
    const text = JSON.stringify(context, function (this: Record<string, unknown>, name, value) {
      const raw = this[name];
      return names.includes(name) ? undefined : raw instanceof Date ? +raw : value;
    });
    const { kind, ...body } = JSON.parse(text);
    const bodies = Object.values(body);
    const isMulti = kind === 'multi' || (!kind && !('key' in body) && bodies[0] && bodies.every(isObject));
    return isMulti ? body : { [kind ?? 'user']: body };
  } catch {
    return { user: {} };
  }
}

/** What the service is told. Where a context is signed it goes as it was signed, and nothing is added. */
export function whoOf(
  { context, sealedContext: sealed, secureHash: hash }: Subject,
  localAttributes: readonly string[],
  anonymousKey: () => string,
): Who {
  if (sealed) return { sealed };
  const kinds = without(context, localAttributes);
  if (hash) return { context: kinds as Context, hash };
  const me = { key: anonymousKey(), anonymous: true };
  const known = (kind: string) => ({ ...kinds[kind], ...(kinds[kind]?.key ? {} : me) });
  return { context: { ...kinds, user: known('user'), device: known('device') } };
}

/** Tells the few texts apart that are remembered under it: quick, and no secret. */
export function fingerprintOf(text: string): string {
  const hash = [...text].reduce(
    (sum, character) => Math.imul(sum ^ (character.codePointAt(0) as number), 0x01000193),
    1,
  );
  return `${hash}.${text.length}`;
}

export const isObject = (value: unknown): boolean => Object(value) === value && !Array.isArray(value);
