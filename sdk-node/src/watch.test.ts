import { flagItem, segmentItem } from '@glidepath/core/testing';
import { describe, expect, test } from 'vitest';
import { createClientOn } from './client.ts';
import { defineFlag } from './index.ts';
import { testPlatform } from './testing-platform.ts';
import { KEY, user, world } from './testing-world.ts';

const off = flagItem('new-checkout', { on: false });
const on = flagItem('new-checkout');

describe('watching a flag for a context', () => {
  test('calls back at once, and then when the value differs', () => {
    const { flags, change } = world();
    const told: unknown[] = [];
    flags.watch('new-checkout', user, false, (now, before) => told.push([before?.value, now.value]));
    change(off);
    change(flagItem('new-checkout', { on: false, salt: 'another' }));
    change(on);
    expect(told).toEqual([
      [undefined, true],
      [true, false],
      [false, true],
    ]);
  });

  test('hears of changes of a segment, and only when they matter to the context', () => {
    const rule = {
      id: 'r',
      clauses: [{ attribute: '', operator: 'in-segment' as const, values: ['beta'] }],
      serve: { variation: 0 },
    };
    const flag = flagItem('new-checkout', { rules: [rule], fallthrough: { variation: 1 } });
    const { flags, change } = world({}, [flag, segmentItem('beta')]);
    const told: unknown[] = [];
    const definitions: string[] = [];
    flags.on('change:new-checkout', ({ key }) => definitions.push(key));
    flags.watch('new-checkout', user, false, ({ value }) => told.push(value));
    change(segmentItem('beta', { included: [{ contextKind: 'user', keys: ['u-2'] }] }));
    change(segmentItem('beta', { included: [{ contextKind: 'user', keys: ['u-1'] }] }));
    expect(told).toEqual([false, true]);
    expect(definitions).toHaveLength(2);
  });

  test('compares JSON by what it says', () => {
    const list = (value: readonly number[]) =>
      flagItem('list', { type: 'json', variations: [{ key: 'v', value }], off: 0 });
    const { flags, change } = world({}, [list([1, 2])]);
    const told: unknown[] = [];
    flags.watch('list', user, [] as number[], ({ value }) => told.push(value));
    change(list([1, 2]));
    change(list([1, 3]));
    expect(told).toEqual([
      [1, 2],
      [1, 3],
    ]);
  });

  test('begins with the fallback before there is any data', () => {
    const platform = testPlatform();
    const flags = createClientOn(platform, KEY);
    const told: unknown[] = [];
    flags.watch(defineFlag('new-checkout', { fallback: false }), user, ({ value, source }) =>
      told.push([value, source]),
    );
    platform.accept(1, [on]);
    expect(told).toEqual([
      [false, 'none'],
      [true, 'stream'],
    ]);
  });

  test('ends with its function, its signal, the first change where that is enough, or the client', () => {
    const { flags, change } = world();
    const told: string[] = [];
    const abort = new AbortController();
    const stop = flags.watch('new-checkout', user, false, () => told.push('stopped'));
    flags.watch('new-checkout', user, false, () => told.push('aborted'), { signal: abort.signal });
    flags.watch('new-checkout', user, false, () => told.push('once'), { once: true });
    flags.watch('new-checkout', user, false, () => told.push('never'), { signal: AbortSignal.abort() });
    stop();
    abort.abort();
    change(off);
    change(on);
    void flags.close();
    expect(told).toEqual(['stopped', 'aborted', 'once', 'once']);
  });

  test('goes on after the listener threw, which is logged', () => {
    const { flags, platform, change } = world();
    let calls = 0;
    flags.watch('new-checkout', user, false, () => {
      calls += 1;
      throw new Error('mine');
    });
    change(off);
    expect(calls).toBe(2);
    expect(platform.lines.join()).toContain('GP1901');
  });
});
