import type { LifecycleView } from '../http/lifecycle-types.ts';
import type { Candidate } from './digest.ts';

export const DAY = 86_400_000;
export const NOW = Date.UTC(2026, 5, 1, 9);
/** Members who may sign in. */
export const NAMES: Readonly<Record<string, string>> = { ann: 'Ann', bob: 'Bob', eve: 'Eve' };

interface Shape extends Partial<Omit<LifecycleView, 'readiness'>> {
  readonly flag: string;
  readonly readiness?: LifecycleView['readiness']['kind'];
  readonly changedAt?: number;
}

/** A flag of Ann's that was to live for 30 days, and is older; what matters is said. */
export function aCandidate({ readiness = 'blocked', changedAt, ...view }: Shape): Candidate {
  const { flag, ageDays = 40 } = view;
  const createdAt = NOW - ageDays * DAY;
  const sentence = `It is ${ageDays} days old and was meant for 30 days.`;
  return {
    id: `id-of-${flag.slice(-24)}`,
    changedAt: changedAt ?? createdAt,
    view: {
      name: flag,
      owner: 'ann',
      purpose: 'release',
      tags: [],
      lifetimeDays: 30,
      createdAt: new Date(createdAt).toISOString(),
      ageDays,
      archivedAt: null,
      servesUntil: null,
      stage: 'rolling-out',
      stageSince: new Date(createdAt).toISOString(),
      stale: [{ code: 'over-age', since: new Date(createdAt + 30 * DAY).toISOString(), sentence }],
      forward: null,
      next: { action: 'settle', sentence: 'Serve one variation to everybody.' },
      removalCommand: null,
      keepUntil: null,
      nudgedAt: null,
      references: null,
      evaluatedAt: null,
      evaluations7d: 0,
      ...view,
      readiness: { kind: readiness, checks: [] },
    },
  };
}
