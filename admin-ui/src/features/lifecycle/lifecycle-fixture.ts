import type { LifecycleView } from '@glidepath/server/api-types';

export const NOW = Date.parse('2026-05-04T03:05:59.000Z');

type Check = LifecycleView['readiness']['checks'][number];

const CODES = [
  'one-variation',
  'same-everywhere',
  'no-dependents',
  'no-rollout',
  'code-references',
  'evaluations',
] as const satisfies readonly Check['code'][];

/** A settled flag, `on` for everybody, that is ready to be removed. */
export function aLifecycle(overrides: Partial<LifecycleView> = {}): LifecycleView {
  return {
    flag: 'one-click-pay',
    name: 'One-click pay',
    owner: 'ana',
    purpose: 'release',
    tags: [],
    lifetimeDays: 30,
    createdAt: '2026-01-06T08:00:00.000Z',
    ageDays: 118,
    archivedAt: null,
    servesUntil: null,
    stage: 'settled',
    stageSince: '2026-03-04T08:00:00.000Z',
    stale: [{ code: 'settled', since: '2026-03-11T08:00:00.000Z', sentence: 'Everyone has been getting `on`.' }],
    readiness: { kind: 'safe', checks: CODES.map((code) => aCheck(code, 'pass')) },
    forward: { variation: 'on', value: true },
    next: { action: 'remove-code', sentence: 'Remove it from the code, keeping `on`.' },
    removalCommand: 'glidepath prune one-click-pay',
    keepUntil: null,
    nudgedAt: null,
    references: null,
    evaluatedAt: null,
    evaluations7d: 0,
    ...overrides,
  };
}

export function withCheck(code: Check['code'], outcome: Check['outcome']): LifecycleView {
  const view = aLifecycle();
  const checks = view.readiness.checks.map((check) => (check.code === code ? aCheck(code, outcome) : check));
  return { ...view, readiness: { kind: outcome === 'block' ? 'blocked' : 'caution', checks } };
}

function aCheck(code: Check['code'], outcome: Check['outcome']): Check {
  return { code, outcome, sentence: `${code} was looked at.`, since: null };
}
