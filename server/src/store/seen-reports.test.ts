import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SeenReports, withReport } from './seen-reports.ts';

/** Which of these reports, in this order, are taken for new. */
function taken(seqs: readonly number[]): readonly boolean[] {
  let seen: SeenReports | null = null;
  return seqs.map((seq) => {
    const next = withReport(seen, seq);
    seen = next ?? seen;
    return next !== null;
  });
}

describe('the reports of a client', () => {
  test('are new once, whatever comes between', () => {
    expect(taken([1, 1, 2, 1, 3, 2, 3])).toEqual([true, false, true, false, true, false, false]);
  });

  test('may overtake each other', () => {
    expect(taken([5, 3, 4, 3, 9, 8, 5])).toEqual([true, true, true, false, true, true, false]);
  });

  test('that are older than the 31 before the newest count as seen', () => {
    expect(taken([100, 69, 68])).toEqual([true, true, false]);
    expect(taken([100, 131, 100, 99])).toEqual([true, true, false, false]);
  });

  test('are never taken twice, and never refused unseen while at most 31 behind the newest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(120), { maxLength: 200 }), (seqs) => {
        const added = new Set<number>();
        let newest = -1;
        taken(seqs).forEach((isNew, i) => {
          const seq = seqs[i] ?? 0;
          if (isNew) expect(added.has(seq)).toBe(false);
          else expect(added.has(seq) || newest - seq > 31).toBe(true);
          if (isNew) added.add(seq);
          newest = Math.max(newest, seq);
        });
      }),
    );
  });
});
