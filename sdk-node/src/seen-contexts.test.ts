import type { ContextInput } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { reported, world } from './testing-world.ts';
import type { PrivacyOptions } from './types.ts';

const HOUR = 3_600_000;
const multi = { user: { key: 'u-1', plan: 'pro', email: 'a@b.c' }, org: { key: 'acme', size: 7, nested: { deep: 1 } } };

/** What reports tell of contexts after these were used; each kind with its names. */
function told(privacy: PrivacyOptions | undefined, contexts: readonly unknown[], afterMs = 13_000) {
  const { flags, platform } = world(privacy === undefined ? {} : { privacy });
  for (const context of contexts) flags.variation('new-checkout', context as ContextInput, false);
  platform.advance(afterMs);
  return { flags, platform, reports: platform.reports.map((report) => report['contexts']) };
}

describe('what contexts are made of', () => {
  test('is not told unless somebody wants it', () => {
    for (const privacy of [undefined, {}, { contexts: 'none' }, { contexts: 'everything' as 'kinds' }] as const)
      expect(told(privacy, [multi]).reports).toEqual([undefined]);
  });

  test('is told by kinds, or by the names of their attributes too, once a day', async () => {
    const twice = [multi, { ...multi }, { user: { key: 'u-2', country: 'DE' } }];
    expect(told({ contexts: 'kinds' }, twice).reports).toEqual([
      [
        ['org', []],
        ['user', []],
      ],
    ]);
    const { flags, platform } = world({ privacy: { contexts: 'attribute-names' } });
    const next = async (...contexts: ContextInput[]) => {
      for (const context of contexts) flags.variation('new-checkout', context, false);
      await reported({ flags, platform });
      return platform.reports.at(-1)?.['contexts'];
    };
    expect(await next(...twice)).toEqual([
      ['org', ['nested', 'size']],
      ['user', ['email', 'plan', 'country']],
    ]);
    expect(await next({ ...multi })).toBe(undefined);
    platform.advance(24 * HOUR);
    await reported({ flags, platform });
    expect(await next({ ...multi })).toEqual([
      ['org', ['nested', 'size']],
      ['user', ['email', 'plan']],
    ]);
  });

  test('leaves out what is private, what every context has, and what is no name', () => {
    const context = { key: 'u', anonymous: true, plan: 'pro', email: 'x', ['n'.repeat(129)]: 1, 'a\u0007b': 1 };
    const odd = [
      context,
      { kind: 'no kind', key: 'u', plan: 1 },
      'text',
      null,
      {
        get plan() {
          throw new Error('no');
        },
      },
    ];
    expect(told({ contexts: 'attribute-names', privateAttributes: ['email'] }, odd).reports).toEqual([
      [['user', ['a\ufffdb', 'plan']]],
    ]);
  });

  test('is bounded, and says so to nobody', () => {
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`name-${i}`, i]));
    const names = Array.from({ length: 10 }, (_, i) => ({ key: 'u', ...many, [`more-${i}`]: 1 }));
    const [contexts] = told({ contexts: 'attribute-names' }, names).reports as [[string, string[]][]];
    expect(contexts.flatMap(([, attributes]) => attributes).length).toBe(999);
  });

  test('is noted of scopes too, and not of dark launches', async () => {
    const { flags, platform } = world({ privacy: { contexts: 'attribute-names' } });
    flags.forContext({ key: 'u', seen: 1 }).variation('new-checkout', false);
    flags.forContext({ key: 'u', quiet: 1 }, { exposures: false }).variation('new-checkout', false);
    flags.allFlagsState({ key: 'u', state: 1 });
    platform.advance(13_000);
    expect(platform.reports[0]?.['contexts']).toEqual([['user', ['seen']]]);
  });

  test('S15: has no value in it, whatever the values are', () => {
    const values = Array.from({ length: 100 }, (_, i) => `canary-${i}`);
    const contexts = values.map((value) => ({
      user: { key: value, email: value, list: [value], deep: { [value]: value } },
      org: { key: value },
    }));
    const { platform } = told({ contexts: 'attribute-names' }, contexts);
    const sent = JSON.stringify([platform.sent, platform.reports, platform.lines]);
    expect(sent).toContain('deep');
    expect(sent).not.toContain('canary');
  });
});
