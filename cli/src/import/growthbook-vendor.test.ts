import { GrowthBook } from '@growthbook/growthbook';
import { expect, test } from 'vitest';
import { growthBook } from './growthbook.ts';
import { settled } from './settle.ts';
import { chanceOf } from './testing-chance.ts';
import { aGrowthBookProject, growthBookAttributes } from './testing-growthbook.ts';
import { verify } from './verify.ts';

const chance = chanceOf(21);
const { features, savedGroups } = aGrowthBookProject(chance, 80);
const contexts = Array.from({ length: 600 }, () => growthBookAttributes(chance));
const given = growthBook.read([{ features, savedGroups }]);
const NAMES = new Map([['', 'production']]);

test('for 80 features and 600 contexts, the verifier answers what their own SDK answers', () => {
  const ours = given.evaluatorOf('');
  const differences: unknown[] = [];
  for (const attributes of contexts) {
    const client = new GrowthBook({ attributes, features: features as never, savedGroups });
    for (const flag of ours.flags) {
      const mine = ours.evaluate(flag, attributes, (_count, theirs) => theirs());
      const theirs: unknown = client.evalFeature(flag).value;
      if (JSON.stringify(mine) !== JSON.stringify(theirs))
        differences.push({ flag: features[flag], attributes, mine, theirs });
    }
    client.destroy();
  }
  expect(differences.slice(0, 3)).toEqual([]);
});

test('nothing that is made of them differs without a reason', () => {
  const imported = settled(given.translate(NAMES), ['production']);
  expect(imported.notes).toEqual([]);
  const verified = verify(given, imported, NAMES, contexts);
  expect(verified).toMatchObject({ evaluations: 48_000, told: 0, unexplained: 0, differences: [] });
  expect(verified.dealtAnew).toBeGreaterThan(1_000);
});

test.for([
  [{ type: 'experiment-ref', variations: [], experimentId: 'e' }, 'a rule of the type experiment-ref'],
  [{ type: 'force', value: 'true', condition: '{"country":' }, 'its condition is no JSON'],
  [
    { type: 'force', value: 'true', scheduleRules: [{ enabled: true, timestamp: '2026-01-01T00:00:00Z' }] },
    'it depends on the time',
  ],
] as const)('a rule that cannot be read turns the flag off, wherever it stands: %j', ([rule, reason]) => {
  const after = { id: 'r2', type: 'force', enabled: true, value: 'true', condition: '' };
  const rules = [{ id: 'r1', enabled: true, ...rule }, after];
  const environments = { production: { enabled: true, rules } };
  const feature = { id: 'f', valueType: 'boolean', defaultValue: 'false', environments };
  const names = new Map([['production', 'production']]);
  const { flags, notes } = settled(growthBook.read([{ features: [feature] }]).translate(names), ['production']);
  expect(flags[0]?.environments?.['production']?.on).toBe(false);
  expect(notes).toEqual([
    expect.objectContaining({ severity: 'turned-off', place: 'rule 1', reason: expect.stringContaining(reason) }),
  ]);
});

test('what the API lists is read by its environments, and namespaces are told', () => {
  const rules = [{ id: 'r1', type: 'rollout', enabled: true, value: 'true', coverage: 0.3, hashAttribute: 'id' }];
  const apart = JSON.stringify({
    defaultValue: false,
    rules: [{ variations: [false, true], namespace: ['n', 0, 0.5] }],
  });
  const environments = { production: { enabled: true, rules }, staging: { enabled: true, definition: apart } };
  const feature = { id: 'f', valueType: 'boolean', defaultValue: 'false', tags: ['shop'], environments };
  const names = new Map([
    ['production', 'production'],
    ['staging', 'staging'],
  ]);
  const { flags, notes } = settled(growthBook.read([{ features: [feature] }]).translate(names), [...names.values()]);
  expect(flags[0]?.environments?.['production']).toEqual({
    on: true,
    offVariation: 'off',
    fallthrough: { split: { weights: { on: 30_000, off: 70_000 } } },
  });
  expect(notes).toMatchObject([{ severity: 'turned-off', environment: 'staging' }]);
});
