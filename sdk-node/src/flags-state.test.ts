import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { idOf } from '@glidepath/core/protocol';
import { type BootstrapContent, fingerprintOf } from '@glidepath/core/sdk';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { cacheKeyOf, cacheTextOf } from './cache-file.ts';
import { createClientOn } from './client.ts';
import { nodeDisk } from './disk.ts';
import { digest, testPlatform } from './testing-platform.ts';
import { KEY, reported, user, world } from './testing-world.ts';

const NASTY = '</script><!-- \u2028\u2029 & "quoted"';

const items = [
  flagItem('z-open', { clientSide: true }),
  flagItem('secret'),
  flagItem('a-text', { clientSide: true, type: 'string', variations: [{ key: 'v', value: NASTY }], off: 0 }, 1),
  flagItem('broken', { clientSide: true, prerequisites: [{ flag: 'missing', variations: ['on'] }] }),
];

describe('the state of all flags', () => {
  test('holds what browsers may receive, in the order of keys, and what can be served', () => {
    const { flags } = world({}, items);
    const state = flags.allFlagsState(user);
    expect(state.values).toEqual({ 'a-text': NASTY, 'z-open': true });
    expect(state.environmentVersion).toBe(1);
    expect(state.toJSON()).toEqual({
      $glidepath: 1,
      version: 1,
      context: fingerprintOf(user),
      flags: { 'a-text': [NASTY, 'v', 1], 'z-open': [true, 'on', 1] },
    } satisfies BootstrapContent);
    expect(Object.keys(state.values)).toEqual(['a-text', 'z-open']);
  });

  // How deep the stack goes is a matter of the machine: between the first and the last it ends somewhere.
  test.for([100, 2_000, 3_000, 4_000, 50_000])(
    'leaves out of the script what is nested deeper than can be written: %d levels',
    (levels) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'glidepath-deep-'));
      const cacheFile = path.join(folder, 'flags.json');
      const key = cacheKeyOf(KEY.sdkKey, nodeDisk);
      const placed = { type: 'json' as const, variations: [{ key: 'v', value: 'deep' }], off: 0 };
      const all = [flagItem('deep', { clientSide: true, ...placed }), flagItem('fine', { clientSide: true }, 1)];
      const byId = new Map(all.map((item) => [idOf(item), item]));
      const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`;
      const body = cacheTextOf({ epoch: 'a'.repeat(16), version: 1, digest: digest(all), items: byId }, 1, key)
        .replace(/,"hmac".*/s, '')
        .replace('"value":"deep"', `"value":${nested}`);
      writeFileSync(cacheFile, `${body},"hmac":"${key.sign(body)}"}\n`);
      const flags = createClientOn(testPlatform(), { ...KEY, cacheFile, offline: true });
      rmSync(folder, { recursive: true });
      const script = flags.allFlagsState(user).toScriptTag();
      expect(script).toContain('"fine":[true,"on",1]');
      if (levels === 100) expect(script).toContain(nested);
      if (levels === 50_000) expect(script).not.toContain('deep');
    },
  );

  test('holds the other flags and the reasons where that is asked for', () => {
    const { flags } = world({}, items);
    const state = flags.allFlagsState(user, { browserOnly: false, withReasons: true });
    expect(Object.keys(state.values)).toEqual(['a-text', 'secret', 'z-open']);
    const reason = { kind: 'FALLTHROUGH', openFeature: 'STATIC' } as const;
    expect((state.toJSON() as unknown as BootstrapContent).flags).toEqual({
      'a-text': [NASTY, 'v', 1, reason],
      secret: [true, 'on', 1, reason],
      'z-open': [true, 'on', 1, reason],
    });
  });

  test('names a prerequisite in a reason only where browsers may know of it', () => {
    const waitsFor = (flag: string) => ({
      clientSide: true as const,
      prerequisites: [{ flag, variations: ['off'] }],
      off: 1,
    });
    const { flags } = world({}, [
      ...items,
      flagItem('after-open', waitsFor('z-open')),
      flagItem('after-secret', waitsFor('secret')),
    ]);
    const told = flags.allFlagsState(user, { withReasons: true }).toScriptTag();
    expect(told).toContain('"prerequisiteKey":"z-open"');
    expect(told).not.toContain('"secret"');
    expect(told.match(/PREREQUISITE_FAILED/g)).toHaveLength(2);
    const all = flags.allFlagsState(user, { withReasons: true, browserOnly: false }).toScriptTag();
    expect(all).toContain('"prerequisiteKey":"secret"');
  });

  test('counts nothing', async () => {
    const here = world({}, items);
    here.flags.allFlagsState(user, { browserOnly: false });
    here.flags.forContext(user).allFlagsState();
    expect(await reported(here)).toEqual({});
  });

  test('of a scope is that of the rules which it holds', () => {
    const { flags, change } = world({}, items);
    const scope = flags.forContext(user);
    change(flagItem('z-open', { clientSide: true, on: false }));
    expect(scope.allFlagsState().values).toMatchObject({ 'z-open': true });
    expect(flags.allFlagsState(user).values).toMatchObject({ 'z-open': false });
  });

  test('is empty before any data, and for a context that is none', () => {
    const empty = createClientOn(testPlatform(), KEY).allFlagsState(user);
    expect(empty.values).toEqual({});
    expect(empty.toJSON()).toMatchObject({ version: null, flags: {} });
    const { flags } = world({}, [flagItem('f', { clientSide: true })]);
    const broken = {
      get key(): string {
        throw new Error('mine');
      },
    };
    expect(flags.allFlagsState(broken).toJSON()).toMatchObject({ context: '', flags: {} });
  });
});

describe('its script tag', () => {
  test('cannot be left by what it holds, and says the same as the state', () => {
    const { flags } = world({}, items);
    const state = flags.allFlagsState(user);
    const tag = state.toScriptTag();
    const [, text = ''] = /^<script type="application\/json" id="glidepath-state">(.*)<\/script>$/s.exec(tag) ?? [];
    expect(text).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(text)).toEqual(state.toJSON());
  });

  test('has an id and a nonce that cannot leave their quotes', () => {
    const tag = world().flags.allFlagsState(user).toScriptTag({ id: 'my"id', nonce: 'r4nd>om' });
    expect(tag).toMatch(/^<script type="application\/json" id="my&#34;id" nonce="r4nd&#62;om">/);
  });

  test('is the same text for the same state', () => {
    const [one, other] = [items, [...items].reverse()].map((all) => world({}, all).flags);
    expect(one?.allFlagsState({ key: 'u', plan: 'pro' }).toScriptTag()).toBe(
      other?.allFlagsState({ plan: 'pro', key: 'u' }).toScriptTag(),
    );
  });
});
