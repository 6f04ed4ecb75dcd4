import type { Visitor } from '@glidepath/core/sdk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCrowds } from './crowds.ts';

const KIB = 1_024;

const visitor = (person: number, stage = 0): Visitor => ({ arm: 't', stage, shard: 0, person });

/** Numbers as a hash makes them: 27 bits without order. */
const personOf = (i: number): number => Math.imul(i + 1, 0x5bd1e995) >>> 5;

describe('who is measured', () => {
  test('is new once for each flag and stage', () => {
    const crowds = createCrowds(64 * KIB);
    const people = fc.array(fc.record({ flag: fc.constantFrom('a', 'b'), stage: fc.nat(1), person: fc.nat(40) }));
    const known = new Set<string>();
    fc.assert(
      fc.property(people, (all) => {
        for (const { flag, stage, person } of all) {
          const name = `${flag} ${stage} ${person}`;
          expect(crowds.isFirst(flag, visitor(person, stage))).toBe(!known.has(name));
          known.add(name);
        }
      }),
    );
  });

  test('is told exactly among the 10,000 of a large stage', () => {
    const crowds = createCrowds(256 * KIB);
    const counted = () =>
      Array.from({ length: 10_000 }, (_, i) => crowds.isFirst('f', visitor(personOf(i)))).filter(Boolean).length;
    expect([counted(), counted()]).toEqual([10_000, 0]);
  });

  test('is told in a sample where there are more, and never takes more memory than allowed', () => {
    const crowds = createCrowds(20 * KIB);
    let counted = 0;
    for (let round = 0; round < 2; round += 1)
      for (let i = 0; i < 100_000; i += 1) {
        if (crowds.isFirst('f', visitor(personOf(i)))) counted += 1;
        if (crowds.bytes > 20 * KIB) throw new Error(`takes ${crowds.bytes} bytes`);
      }
    expect(counted).toBeGreaterThan(3_000);
    expect(counted).toBeLessThan(30_000);
    for (let i = 0; i < 100_000; i += 1) if (crowds.isFirst('f', visitor(personOf(i)))) counted = Number.NaN;
    expect(counted).not.toBeNaN();
  });

  test('is kept for two stages of a flag: requests of the one before are still under way', () => {
    const crowds = createCrowds(64 * KIB);
    for (const stage of [0, 1]) crowds.isFirst('f', visitor(7, stage));
    expect(crowds.isFirst('f', visitor(7, 0))).toBe(false);
    crowds.isFirst('f', visitor(7, 2));
    expect([crowds.isFirst('f', visitor(7, 1)), crowds.isFirst('f', visitor(7, 2))]).toEqual([false, false]);
  });

  test('is not counted where there is no room, until others have been idle for long', () => {
    const crowds = createCrowds(KIB);
    expect([crowds.isFirst('a', visitor(1)), crowds.isFirst('b', visitor(1))]).toEqual([true, false]);
    for (let i = 0; i < 360; i += 1) crowds.age();
    expect(crowds.isFirst('b', visitor(1))).toBe(true);
    expect(crowds.bytes).toBeLessThanOrEqual(KIB);
  });
});
