import type { ContextInput } from '@glidepath/core';
import {
  canonicalContext,
  DERIVED_KEYS,
  isOversized,
  normalizedContext,
  SEAL,
  type SealedContent,
  sealedHeader,
} from '@glidepath/core/sdk';
import type { Host } from './host.ts';
import { numberOf } from './options.ts';

/** What a getter of the application throws may tell of people, so that it is not repeated. */
const UNREADABLE = 'it cannot be read';

/** The part of a client that hands contexts to browsers which must not be altered there. */
export function createSecureContext({ platform, options, log }: Host) {
  const given: unknown = options.sdkKey ?? platform.environment['GLIDEPATH_SDK_KEY'];
  const secret = typeof given === 'string' ? given : '';
  const print = platform.hash(secret).slice(0, 16);

  const warn = (why: string): string => {
    log('warn', 'GP1303', `a context could not be signed or sealed: ${why}`);
    return '';
  };

  const look = (context: ContextInput): void => {
    if (isOversized(context)) log('warn', 'GP1302', 'a context has too many kinds or attributes: some are left out');
  };

  return {
    secureModeHash(context: ContextInput): string {
      if (secret === '') return warn('there is no SDK key');
      try {
        look(context);
        return platform.sign(secret, DERIVED_KEYS.mac, canonicalContext(context));
      } catch {
        return warn(UNREADABLE);
      }
    },
    async sealContext(context: ContextInput, given?: { readonly ttlSeconds?: number }): Promise<string> {
      if (secret === '') return warn('there is no SDK key');
      try {
        look(context);
        const ttlMs = numberOf('sealTtlSeconds', given?.ttlSeconds) * 1_000;
        const content: SealedContent = { c: normalizedContext(context), e: platform.now() + ttlMs };
        const header = sealedHeader(print);
        const token = `${header}.${await platform.seal(secret, DERIVED_KEYS.seal, header, JSON.stringify(content))}`;
        return token.length > SEAL.maxCharacters ? warn('it is too large') : token;
      } catch {
        return warn(UNREADABLE);
      }
    },
  };
}
