import type { ContextInput, Json } from '@glidepath/core';
import { type Log, type OverrideSource, thrownWords } from '@glidepath/core/sdk';
import type { Answer, Layer } from './answers.ts';
import type { Platform } from './platform.ts';
import type { ClientOptions } from './types.ts';

const VARIABLE = 'GLIDEPATH_OVERRIDES';

interface Override {
  readonly value: Json;
  readonly by: OverrideSource;
}

/** Values that are fixed in this process. */
export interface Overrides {
  /** Empty where none are configured. */
  readonly layers: readonly Layer[];
  /** What the service says: they act nowhere without its word. */
  allow(areAllowed: boolean): void;
}

/** `onChange` hears which keys may be answered in another way from now on. */
export function createOverrides(
  options: ClientOptions,
  platform: Pick<Platform, 'environment' | 'disk'>,
  log: Log,
  onChange: (keys: readonly string[]) => void,
): Overrides {
  const fixed = readOverrides(options, platform, log);
  if (fixed.size === 0) return { layers: [], allow: () => undefined };
  let isAllowed = false;
  return {
    layers: [overriding(fixed, () => isAllowed)],
    allow(areAllowed) {
      if (!areAllowed) log('warn', 'GP1111', 'overrides are ignored: the service does not allow them here');
      if (isAllowed === areAllowed) return;
      isAllowed = areAllowed;
      onChange([...fixed.keys()]);
    },
  };
}

/** By key; a file wins over the variable. */
function readOverrides(
  { overrides: given }: ClientOptions,
  { environment, disk }: Pick<Platform, 'environment' | 'disk'>,
  log: Log,
): ReadonlyMap<string, Override> {
  const overrides = given ?? {};
  const read = new Map<string, Override>();
  const take = (text: string, by: OverrideSource, from: string): void => {
    try {
      // Frozen, as the values of flags are.
      const values: unknown = JSON.parse(text, (_key, value) => Object.freeze(value));
      if (typeof values !== 'object' || values === null || Array.isArray(values))
        throw new Error('it is not an object');
      for (const [key, value] of Object.entries(values)) read.set(key, { value, by });
    } catch (error) {
      log('warn', 'GP1110', `the overrides of ${from} were ignored: ${thrownWords(error)}`);
    }
  };
  const variable = overrides.env === false ? undefined : environment[VARIABLE];
  if (variable) take(variable, 'env', VARIABLE);
  if (overrides.file === undefined || disk === null) return read;
  const file = disk.read(overrides.file);
  if (file.kind === 'bytes') take(file.bytes.toString(), 'file', overrides.file);
  else if (file.kind === 'fault')
    log('warn', 'GP1110', `the overrides of ${overrides.file} were ignored: ${file.problem}`);
  return read;
}

/** Answers with what is fixed, as long as that is allowed; everything else is answered below. */
function overriding(fixed: ReadonlyMap<string, Override>, areAllowed: () => boolean): Layer {
  const find = (key: string, fallback: unknown): Override | null => {
    if (!areAllowed()) return null;
    const override = fixed.get(key);
    return override !== undefined && fits(override.value, fallback) ? override : null;
  };
  return (below) => ({
    value: <T>(key: string, context: ContextInput, fallback: T): T => {
      const override = find(key, fallback);
      return override === null ? below.value(key, context, fallback) : (override.value as T);
    },
    evaluate: <T>(key: string, context: ContextInput, fallback: T): Answer<T> => {
      const override = find(key, fallback);
      if (override === null) return below.evaluate(key, context, fallback);
      const reason = { kind: 'OVERRIDE', by: override.by } as const;
      return { value: override.value as T, variation: null, variationIndex: null, flagVersion: null, reason };
    },
  });
}

/** As evaluation compares a flag's type with the fallback's: nothing to compare without one. */
function fits(value: Json, fallback: unknown): boolean {
  return fallback === null || fallback === undefined || typeof value === typeof fallback;
}
