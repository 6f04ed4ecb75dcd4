import { type Log, type OverrideSource, thrownWords } from '@glidepath/core/sdk';
import type { Layer } from './answers.ts';
import { cookieNameOf, overridesOfCookie, type RequestOverrides } from './cookie-overrides.ts';
import { type Override, overriding } from './overriding.ts';
import type { Platform } from './platform.ts';
import type { ClientOptions } from './types.ts';

const VARIABLE = 'GLIDEPATH_OVERRIDES';

/** Values that are fixed in this process, or for one request. */
export interface Overrides {
  /** Empty where none are configured. */
  readonly layers: readonly Layer[];
  /** What the service says: they act nowhere without its word. */
  allow(areAllowed: boolean): void;
  /** What the `Cookie` header of a request fixes; null where it fixes nothing, or nobody wants that. */
  ofRequest(cookie: unknown): RequestOverrides | null;
}

/** `onChange` hears which keys may be answered in another way from now on. */
export function createOverrides(
  options: ClientOptions,
  platform: Pick<Platform, 'environment' | 'disk'>,
  log: Log,
  onChange: (keys: readonly string[]) => void,
): Overrides {
  const fixed = readOverrides(options, platform, log);
  const name = cookieNameOf(options.overrides?.cookie);
  let isAllowed = false;
  return {
    layers: fixed.size === 0 ? [] : [overriding((key) => (isAllowed ? fixed.get(key) : undefined))],
    ofRequest: (cookie) => (name === null ? null : overridesOfCookie(cookie, name, () => isAllowed)),
    allow(areAllowed) {
      // Cookies are other people's: that they do not act here is no news to this process.
      if (!areAllowed && fixed.size > 0)
        log('warn', 'GP1111', 'overrides are ignored: the service does not allow them here');
      if (isAllowed === areAllowed) return;
      isAllowed = areAllowed;
      if (fixed.size > 0) onChange([...fixed.keys()]);
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
