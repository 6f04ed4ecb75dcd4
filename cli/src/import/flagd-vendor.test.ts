import { FlagdCore } from '@openfeature/flagd-core';
import { expect, test } from 'vitest';
import { flagd } from './flagd.ts';
import { settled } from './settle.ts';
import { chanceOf } from './testing-chance.ts';
import { aFlagdContext, aFlagdFile } from './testing-flagd.ts';
import { verify } from './verify.ts';

const file = aFlagdFile(3, 120);
const chance = chanceOf(4);
const contexts = Array.from({ length: 600 }, () => aFlagdContext(chance));
const given = flagd.read([file]);
const NAMES = new Map([['', 'production']]);

test('for 120 flags and 600 contexts, the verifier answers what their own evaluator answers', () => {
  const core = new FlagdCore(undefined, { error() {}, warn() {}, info() {}, debug() {} });
  core.setConfigurations(JSON.stringify(file));
  const ours = given.evaluatorOf('');
  const differences: unknown[] = [];
  for (const context of contexts) {
    const all = new Map(core.resolveAll(context as never).map(({ flagKey, value }) => [flagKey, value]));
    for (const flag of ours.flags) {
      const mine = ours.evaluate(flag, context, (_count, theirs) => theirs());
      if (JSON.stringify(mine) !== JSON.stringify(all.get(flag)))
        differences.push({ flag, context, theirs: all.get(flag), mine });
    }
  }
  expect(differences.slice(0, 3)).toEqual([]);
});

test('nothing that is made of them differs without a reason', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes.filter(({ reason }) => !/rules|intricate|things at once/.test(reason))).toEqual([]);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ evaluations: 72_000, unexplained: 0, differences: [] });
  expect(verified.dealtAnew).toBeGreaterThan(1_000);
  expect(verified.told).toBeLessThan(7_200);
});

test('what depends on the time is off, and said', () => {
  const targeting = { if: [{ '>': [{ var: '$flagd.timestamp' }, 1] }, 'on', 'off'] };
  const one = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off', targeting };
  const { flags, notes } = settled(flagd.read([{ flags: { sale: one } }]).translate(NAMES), ['production']);
  expect(flags[0]?.environments?.['production']).toEqual({
    on: false,
    offVariation: 'off',
    fallthrough: { variation: 'off' },
  });
  expect(notes).toMatchObject([{ severity: 'turned-off', place: 'targeting' }]);
});
