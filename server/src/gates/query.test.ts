import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fillQuery } from './query.ts';

const values = { flag: 'checkout', variation: 'on', service: 'api', version: '1.4.2' };

describe('a query', () => {
  test('gets what it names, within its quotes', () => {
    const query = `sum(rate(errors{flag="{{flag}}", v=~'{{ variation }}|x', app="{{service}}@{{version}}"}[1m]))`;
    expect(fillQuery(query, values)).toEqual({
      ok: true,
      query: `sum(rate(errors{flag="checkout", v=~'on|x', app="api@1.4.2"}[1m]))`,
    });
  });

  test.for<[query: string, words: string]>([
    ['up{{flag}}', 'outside of quotes'],
    ['up{a="{{nothing}}"}', 'is not known'],
    ['up{a="{{__proto__}}"}', 'is not known'],
  ])('%s is refused: %s', ([query, words]) => {
    const filled = fillQuery(query, values);
    expect(filled.ok ? '' : filled.problem).toContain(words);
  });

  test('cannot name a deploy where the rollout waits for none', () => {
    const filled = fillQuery('up{a="{{version}}"}', { ...values, version: null });
    expect(filled.ok ? '' : filled.problem).toContain('waits for a deploy');
  });

  test('is left as it is where it names nothing', () => {
    const query = 'up{a="\\"{x}"} > `{` and {b=\'}\'}';
    expect(fillQuery(query, values)).toEqual({ ok: true, query });
  });

  test.for(['{{', '"', '#', "'{{", '"{{ '])('of nothing but %s and spaces keeps nobody waiting', (beginning) => {
    const leastMs = (query: string): number => {
      const times = Array.from({ length: 3 }, () => {
        const startedAt = performance.now();
        fillQuery(query, values);
        return performance.now() - startedAt;
      });
      return Math.min(...times);
    };
    const floor = Math.max(1, leastMs('up{a="{{flag}}"} '.repeat(230)));
    expect(leastMs(`${beginning}${' '.repeat(3_900)}${beginning.slice(0, 1)}`) / floor).toBeLessThan(100);
    expect(leastMs(beginning.repeat(4_000 / beginning.length)) / floor).toBeLessThan(100);
  });

  test('keeps a value within its quotes, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom('"', "'"), (version, quote) => {
        const filled = fillQuery(`up{a=${quote}{{version}}${quote}} or b`, { ...values, version });
        if (!filled.ok) return false;
        // What is left without quoted strings is what was written around them.
        const rest = filled.query.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, 'S');
        return rest === 'up{a=S} or b';
      }),
    );
  });

  test('takes no apostrophe in a comment for the beginning of a string', () => {
    const query = '# the team\'s\nup{a="x"} > {{version}} # it\'s';
    const filled = fillQuery(query, { ...values, version: '0 or 1' });
    expect(filled.ok ? '' : filled.problem).toContain('outside of quotes');
    expect(fillQuery('up{a="#{{version}}"} # {{', values)).toEqual({ ok: true, query: 'up{a="#1.4.2"} # {{' });
  });

  test('in backquotes takes only what needs no escape', () => {
    expect(fillQuery('up{a=`{{version}}`}', values)).toMatchObject({ ok: true });
    expect(fillQuery('up{a=`{{version}}`}', { ...values, version: 'a` or b' })).toMatchObject({ ok: false });
  });
});
