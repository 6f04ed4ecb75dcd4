import { createDecipheriv, createHash, createHmac, hkdfSync } from 'node:crypto';
import { canonicalContext, readSealed, SEAL, type SealedContent, type SealedToken } from '@glidepath/core/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { testPlatform } from './testing-platform.ts';
import { KEY, user, world } from './testing-world.ts';

const derived = (info: string): Buffer => Buffer.from(hkdfSync('sha256', KEY.sdkKey, '', info, 32));

/** What the service does with a token. Throws for what was altered. */
function opened({ header, sealed }: SealedToken): SealedContent {
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', derived('glidepath/seal'), bytes.subarray(0, SEAL.ivBytes));
  decipher.setAAD(Buffer.from(header));
  decipher.setAuthTag(bytes.subarray(-SEAL.tagBytes));
  const text =
    decipher.update(bytes.subarray(SEAL.ivBytes, -SEAL.tagBytes), undefined, 'utf8') + decipher.final('utf8');
  return JSON.parse(text) as SealedContent;
}

function taken(token: string): SealedToken {
  const read = readSealed(token);
  if (read === null) throw new Error(`no token: ${token}`);
  return read;
}

describe('a sealed context', () => {
  test('is opened by the key that sealed it, names that key by its print, and hides what it holds', async () => {
    const { flags, platform } = world();
    const token = await flags.sealContext({ key: 'u-1', plan: 'pro', score: 0.7 });
    const read = taken(token);
    expect(read.print).toBe(createHash('sha256').update(KEY.sdkKey).digest('hex').slice(0, 16));
    expect(opened(read)).toEqual({
      c: { user: { key: 'u-1', plan: 'pro', score: 0.7 } },
      e: platform.now() + 3_600_000,
    });
    expect(Buffer.from(read.sealed, 'base64url').toString('latin1')).not.toContain('pro');
  });

  test.for<[asked: number, held: number]>([
    [60, 60],
    [10 ** 9, 86_400],
    [-1, 1],
    [Number.NaN, 3_600],
  ])('asked to hold for %d seconds holds for %d', async ([asked, held]) => {
    const { flags, platform } = world();
    const { e } = opened(taken(await flags.sealContext(user, { ttlSeconds: asked })));
    expect(e - platform.now()).toBe(held * 1_000);
  });

  test('is another token every time, and no altered one opens', async () => {
    const { flags } = world();
    const read = taken(await flags.sealContext(user));
    expect(await flags.sealContext(user)).not.toBe(`${read.header}.${read.sealed}`);
    fc.assert(
      fc.property(
        fc.nat(Buffer.from(read.sealed, 'base64url').length - 1),
        fc.integer({ min: 1, max: 255 }),
        (at, by) => {
          const bytes = Buffer.from(read.sealed, 'base64url');
          bytes[at] = (bytes[at] ?? 0) ^ by;
          expect(() => opened({ ...read, sealed: bytes.toString('base64url') })).toThrow();
        },
      ),
    );
    expect(() => opened({ ...read, header: read.header.replace('v1', 'v2') })).toThrow();
  });

  test('is an empty text, and a warning, when it cannot be made', async () => {
    const { flags, platform } = world();
    const broken = {
      get key(): string {
        throw new Error('mine');
      },
    };
    expect(await flags.sealContext(broken)).toBe('');
    expect(flags.secureModeHash(broken)).toBe('');
    expect(await flags.sealContext({ key: 'x'.repeat(100_000) })).toBe('');
    expect(platform.lines.join()).toContain('GP1303');
    const keyless = createClientOn(testPlatform(), { logger: false });
    expect(await keyless.sealContext(user)).toBe('');
    expect(keyless.secureModeHash(user)).toBe('');
  });
});

test('a context that is too large loses what is too much, and a warning is written', async () => {
  const { flags, platform } = world();
  const many = Object.fromEntries(Array.from({ length: 1_500 }, (_, index) => [`a${index}`, index]));
  const { c } = opened(taken(await flags.sealContext({ ...many, key: 'u-1' })));
  expect(Object.keys(c['user'] ?? {})).toHaveLength(1_000);
  expect(c['user']?.key).toBe('u-1');
  expect(platform.lines.filter((line) => line.includes('GP1302'))).toHaveLength(1);
});

describe('the hash of secure mode', () => {
  test('covers the whole context, whatever the order of its attributes', () => {
    const { flags } = world();
    const hash = flags.secureModeHash({ key: 'u-1', plan: 'pro', org: 'acme' });
    const text = canonicalContext({ key: 'u-1', plan: 'pro', org: 'acme' });
    expect(hash).toBe(createHmac('sha256', derived('glidepath/mac')).update(text).digest('hex'));
    expect(flags.secureModeHash({ org: 'acme', plan: 'pro', key: 'u-1' })).toBe(hash);
    expect(flags.secureModeHash({ key: 'u-1', plan: 'free', org: 'acme' })).not.toBe(hash);
  });
});
