import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openEnvironment } from '../environment/environment.ts';
import type { ContextInput } from '../model/context.ts';
import type { FlagItem, Item } from '../model/items.ts';
import { arbitraryContext, arbitraryItems, flagItem } from '../testing/index.ts';
import type { Effect } from './effect.ts';
import { effectOf } from './effect-of.ts';
import { describeEffects, effectsOf } from './effects.ts';

const flagsIn = (items: readonly Item[]) => items.filter((item): item is FlagItem => item.kind === 'flag');

/** Two configurations of the same flags: of each pair the keys are the same. */
const arbitraryChange = fc.tuple(arbitraryItems, arbitraryItems).map(([before, after]) => ({ before, after }));

const counts = ({ moves }: Effect, turned: boolean) =>
  new Map(moves.map(({ from, to, count }) => [turned ? `${to} → ${from}` : `${from} → ${to}`, count]));

type Rules = FlagItem['body']['rules'];

/** What people do to a rule. */
const alterations: readonly ((rules: Rules, at: number) => Rules)[] = [
  (rules, at) => rules.filter((_, index) => index !== at),
  (rules) => rules.toReversed(),
  (rules, at) => rules.map((rule, index) => (index === at ? { ...rule, serve: { variation: 0 } } : rule)),
  (rules, at) => rules.map((rule, index) => (index === at ? { ...rule, clauses: rule.clauses.slice(1) } : rule)),
];

describe('the effect of a change', () => {
  test('counts everybody once, and finds nothing where nothing changes', () => {
    fc.assert(
      fc.property(arbitraryChange, ({ before, after }) => {
        const keys = flagsIn(before).map(({ key }) => key);
        for (const { flag, effect } of effectsOf({ before, after }, keys, { size: 256 })) {
          const moved = effect.moves.reduce((sum, { count }) => sum + count, 0);
          expect([flag, effect.unchanged + moved]).toEqual([flag, effect.sampled]);
          expect([...effectsOf({ before, after: before }, [flag], { size: 256 })][0]?.effect.moves).toEqual([]);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('is that of the evaluations, and the other way round for the opposite change', () => {
    fc.assert(
      fc.property(arbitraryChange, fc.array(arbitraryContext, { maxLength: 20 }), ({ before, after }, contexts) => {
        const [was, is] = [openEnvironment(before, {}), openEnvironment(after, {})];
        for (const { key } of flagsIn(before)) {
          const effect = effectOf(was, is, key, contexts);
          expect(counts(effectOf(is, was, key, contexts), true)).toEqual(counts(effect, false));
          for (const { from, to, examples } of effect.moves)
            for (const context of examples) expect(variations(was, is, key, context)).toEqual([from, to]);
        }
      }),
      { numRuns: 100 },
    );
  });

  function variations(was: Evaluates, is: Evaluates, key: string, context: ContextInput) {
    return [was, is].map((environment) => environment.evaluate(key, context, null).variation);
  }
  type Evaluates = ReturnType<typeof openEnvironment>;

  test('is found by people made up, nearly always when it is found by others', () => {
    const changes = fc.tuple(arbitraryItems, fc.nat(99), fc.array(arbitraryContext, { minLength: 60, maxLength: 60 }));
    let real = 0;
    let found = 0;
    for (const [before, pick, others] of fc.sample(changes, { seed: 7, numRuns: 60 })) {
      const flag = flagsIn(before).find(({ body }) => body.rules.length > 1);
      if (flag === undefined) continue;
      const rules = alterations[pick % alterations.length]?.(flag.body.rules, pick % flag.body.rules.length) ?? [];
      const after = before.map((item) => (item === flag ? { ...flag, body: { ...flag.body, rules } } : item));
      const seen = effectOf(openEnvironment(before, {}), openEnvironment(after, {}), flag.key, others);
      if (seen.moves.length === 0) continue;
      real += 1;
      found += [...effectsOf({ before, after }, [flag.key])][0]?.effect.moves.length === 0 ? 0 : 1;
    }
    expect(real).toBeGreaterThan(10);
    expect(found / real).toBeGreaterThan(0.9);
  });

  test('is told in one sentence for all flags', () => {
    const items = (fallthrough: number) =>
      ['a', 'b', 'c'].map((key) => flagItem(key, { fallthrough: { variation: key === 'c' ? 0 : fallthrough } }));
    const effects = [...effectsOf({ before: items(0), after: items(1) }, ['a', 'b', 'c'])];
    expect(describeEffects(effects)).toBe('Changes who gets what in 2 flags: `a` and `b`.');
    expect(describeEffects(effects.slice(2))).toBe('Changes nothing that anybody gets, in 1 flag that uses it.');
    expect(describeEffects([])).toBe('No flag uses it.');
  });
});
