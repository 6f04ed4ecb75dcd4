import type { SegmentConfig } from '../model/model.ts';
import { taking } from './phrases.ts';
import { counted, listed } from './words.ts';

export interface KeyCount {
  readonly contextKind: string;
  readonly count: number;
}

/** A segment's definition with its keys only counted: there may be a hundred thousand. */
export interface SegmentOutline {
  readonly included: readonly KeyCount[];
  readonly excluded: readonly KeyCount[];
  readonly rules: SegmentConfig['rules'];
}

/** Who belongs to a segment, a sentence each; the first that applies decides. */
export function describeMembership({ excluded, included, rules }: SegmentOutline): readonly string[] {
  const lines = [
    ...(excluded.length === 0 ? [] : [`Never, by name: ${inCounts(excluded)}.`]),
    ...(included.length === 0 ? [] : [`Always, by name: ${inCounts(included)}.`]),
    ...rules.map((rule, index) => `Rule ${index + 1}${rule.name === '' ? '' : ` (${rule.name})`}: ${taking(rule)}.`),
  ];
  return lines.length === 0 ? ['Nobody belongs to it.'] : lines;
}

function inCounts(counts: readonly KeyCount[]): string {
  return listed(
    counts.map(({ contextKind, count }) => counted(count, `${contextKind} key`)),
    'and',
  );
}
