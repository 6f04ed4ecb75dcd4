import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTurns } from './turns.ts';

describe('turns', () => {
  test('start at once while there is room, then in the order of asking', () => {
    const turns = createTurns<string>(2);
    const started: string[] = [];
    for (const member of ['a', 'b', 'c', 'd']) turns.ask(member, () => started.push(member));
    expect(started).toEqual(['a', 'b']);
    turns.leave('b');
    turns.leave('a');
    expect(started).toEqual(['a', 'b', 'c', 'd']);
  });

  test('pass over who left the queue', () => {
    const turns = createTurns<string>(1);
    const started: string[] = [];
    for (const member of ['a', 'b', 'c']) turns.ask(member, () => started.push(member));
    turns.leave('b');
    turns.leave('a');
    expect(started).toEqual(['a', 'c']);
  });

  test('never exceed the limit and never leave one idle while somebody waits', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(9)), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), steps, (limit, plan) => {
        const turns = createTurns<number>(limit);
        for (const [asks, member] of plan) {
          if (asks) turns.ask(member, () => {});
          else turns.leave(member);
          expect(turns.active).toBeLessThanOrEqual(limit);
          if (turns.waiting > 0) expect(turns.active).toBe(limit);
        }
      }),
    );
  });
});
