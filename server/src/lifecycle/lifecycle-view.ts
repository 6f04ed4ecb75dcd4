import type { Flag } from '@glidepath/core';
import type { Lifecycle } from '@glidepath/core/lifecycle';
import { ARCHIVED_SERVES_MS } from '../flags/write-path/items.ts';
import { timeOf } from '../http/api.ts';
import type { LifecycleView } from '../http/lifecycle-types.ts';
import type { KnownFlag } from './facts.ts';

const DAY = 86_400_000;

/** What is said of a flag, as the API shows it. */
export function lifecycleViewOf({ facts, reminder }: KnownFlag, life: Lifecycle, now: number): LifecycleView {
  const { flag, environments, references } = facts;
  const evaluated = environments.flatMap(({ evaluatedAt }) => evaluatedAt ?? []);
  return {
    ...flagPartOf(flag, now),
    stage: life.stage,
    stageSince: timeOf(life.stageSince),
    stale: life.stale.map(({ since, ...reason }) => ({ ...reason, since: timeOf(since) })),
    readiness: {
      kind: life.readiness.kind,
      checks: life.readiness.checks.map(({ since, ...check }) => ({ ...check, since: timeOrNull(since) })),
    },
    forward: life.forward,
    next: life.next,
    removalCommand: removalCommandOf(facts, life),
    keepUntil: timeOrNull(facts.keepUntil),
    nudgedAt: timeOrNull(reminder?.nudgedAt ?? null),
    references: references && {
      count: references.count,
      byHand: references.byHand,
      scannedAt: timeOf(references.scannedAt),
    },
    evaluatedAt: evaluated.length === 0 ? null : timeOf(Math.max(...evaluated)),
    evaluations7d: environments
      .flatMap(({ evaluations }) => Object.values(evaluations))
      .reduce((sum, count) => sum + count, 0),
  };
}

function flagPartOf(flag: Flag, now: number) {
  const { archivedAt } = flag;
  return {
    flag: flag.key,
    name: flag.name,
    owner: flag.owner,
    purpose: flag.purpose,
    tags: flag.tags,
    lifetimeDays: flag.lifetimeDays,
    createdAt: timeOf(flag.createdAt),
    ageDays: Math.max(0, Math.floor((now - flag.createdAt) / DAY)),
    archivedAt: timeOrNull(archivedAt),
    servesUntil: archivedAt === null ? null : timeOf(archivedAt + ARCHIVED_SERVES_MS),
  };
}

/** Of a flag that may go, and that code is known or thought to name. */
function removalCommandOf({ flag, references }: KnownFlag['facts'], { readiness, forward }: Lifecycle): string | null {
  if (readiness.kind === 'blocked' || forward === null || references?.count === 0) return null;
  return `glidepath prune ${flag.key} --variation ${forward.variation}`;
}

function timeOrNull(at: number | null): string | null {
  return at === null ? null : timeOf(at);
}
