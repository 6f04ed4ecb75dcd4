import type { EvaluationInfo, Hook } from '@glidepath/core/sdk';
import { flagItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { user, world } from './testing-world.ts';

function recorder(): Hook & { readonly heard: EvaluationInfo[] } {
  const heard: EvaluationInfo[] = [];
  return { name: 'recorder', heard, afterEvaluation: (info) => heard.push(info) };
}

describe('a hook', () => {
  test('hears of every evaluation what the caller got, with the context in its normal form', () => {
    const hook = recorder();
    const { flags } = world({ hooks: [hook] });
    flags.variation('new-checkout', user, false);
    flags.variationDetail('missing', { user: { key: 7 }, org: { key: 'acme' } }, 'x');
    expect(hook.heard).toMatchObject([
      { key: 'new-checkout', context: { user: { key: 'u-1' } }, fallback: false, detail: { value: true } },
      {
        key: 'missing',
        context: { user: { key: '7' }, org: { key: 'acme' } },
        detail: { value: 'x', reason: { errorKind: 'FLAG_NOT_FOUND' } },
      },
    ]);
  });

  test('hears of each flag of a scope once, and not of what is only looked at', () => {
    const hook = recorder();
    const { flags } = world({ hooks: [hook] });
    const scope = flags.forContext(user);
    scope.variation('new-checkout', false);
    scope.variation('new-checkout', false);
    flags.allFlagsState(user, { browserOnly: false });
    flags.explain('new-checkout', user);
    flags.forContext(user, { exposures: false }).variation('new-checkout', false);
    expect(hook.heard.map(({ key }) => key)).toEqual(['new-checkout']);
  });

  test('hears of the states of the client', () => {
    const states: string[] = [];
    const { flags } = world({ hooks: [{ name: 'states', onStatus: ({ state }) => states.push(state) }] });
    void flags.close();
    expect([...new Set(states)]).toEqual(['ready', 'closed']);
  });

  test('may evaluate flags itself, of which no hook hears', () => {
    const heard: string[] = [];
    const { flags } = world({
      hooks: [
        {
          name: 'curious',
          afterEvaluation({ key }) {
            heard.push(key);
            flags.variation('other', user, false);
          },
        },
      ],
    });
    flags.variation('new-checkout', user, false);
    expect(heard).toEqual(['new-checkout']);
  });

  test('that throws changes nothing for the caller and the other hooks, is logged, and is left out after 100 times', () => {
    let calls = 0;
    const broken: Hook = {
      name: 'broken',
      afterEvaluation() {
        calls += 1;
        throw Object.create(null);
      },
    };
    const hook = recorder();
    const { flags, platform } = world({ hooks: [broken, hook] });
    for (let call = 0; call < 150; call += 1) expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(calls).toBe(100);
    expect(hook.heard).toHaveLength(150);
    expect(platform.lines.filter((line) => line.includes('GP1902'))).toHaveLength(1);
    expect(platform.lines.filter((line) => line.includes('GP1903'))).toHaveLength(1);
  });

  test('that throws even when it is asked for its name changes nothing either', () => {
    const broken = {
      get name(): string {
        throw new Error('mine');
      },
      afterEvaluation() {
        throw new Error('mine');
      },
    };
    const hook = recorder();
    const { flags, platform } = world({ hooks: [broken, hook] });
    expect(flags.variation('new-checkout', user, false)).toBe(true);
    expect(hook.heard).toHaveLength(1);
    expect(platform.lines.join()).toContain('the hook without a name threw');
  });

  test('that throws now and then stays', () => {
    let calls = 0;
    const moody: Hook = {
      name: 'moody',
      afterEvaluation() {
        calls += 1;
        if (calls % 2 === 0) throw new Error('mine');
      },
    };
    const { flags } = world({ hooks: [moody] }, [flagItem('new-checkout')]);
    for (let call = 0; call < 300; call += 1) flags.variation('new-checkout', user, false);
    expect(calls).toBe(300);
  });

  test('that answers a promise which fails is logged, and nothing is left unhandled', async () => {
    const late = { name: 'late', afterEvaluation: () => Promise.reject(new Error('mine')) } as unknown as Hook;
    const { flags, platform } = world({ hooks: [late] });
    flags.variation('new-checkout', user, false);
    await new Promise(setImmediate);
    expect(platform.lines.join()).toContain('GP1902');
  });

  test.for([[null], ['text'], [{}], [{ name: 'n', afterEvaluation: 7 }]])(
    'that is none, such as %j, breaks nothing',
    ([hook]) => {
      const { flags } = world({ hooks: [hook as unknown as Hook] });
      expect(flags.variation('new-checkout', user, false)).toBe(true);
    },
  );
});
