import type { DomainEvent, StaleFlag } from '../events.ts';
import type { ChannelEvent } from '../http/release-types.ts';

export interface SampleWords {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly actor: string;
  readonly at: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** An event of each name, for looking at the message that it makes. */
export function sampleEvent(name: ChannelEvent, { project, environment, flag, actor, at }: SampleWords): DomainEvent {
  const where = { project, environment, actor, at };
  const cause = { changeId: 'sample', project, actor, origin: 'ui', at, versions: { [environment]: 43 } } as const;
  const rollout = {
    kind: 'rollout-moved',
    ...where,
    rollout: 'sample',
    flag,
    variation: 'on',
    stages: 6,
    version: 43,
  } as const;
  const incident = { ...where, incident: 'INC-3', title: 'Payments fail', severity: 'SEV2', flags: [flag] } as const;
  const told = { project, actor: 'system', at } as const;
  const owner = { id: 'sample', name: 'Ann' };
  const stale: StaleFlag = {
    id: 'sample',
    key: flag,
    owner,
    ageDays: 118,
    isPermanent: false,
    reasons: ['It is 118 days old, and was meant to live for 30.', 'Everybody has got `on` for 61 days.'],
    readiness: 'safe',
    removalCommand: `glidepath prune ${flag}`,
  };
  const unowned: StaleFlag = { ...stale, id: 'another', key: 'another-flag', owner: null, readiness: 'blocked' };
  switch (name) {
    case 'flag-killed':
      return { kind: 'flag-killed', flag, environment, reason: 'Payments fail', comment: null, ...cause };
    case 'flag-restored':
      return { kind: 'flag-restored', flag, environment, comment: 'Fixed with 2.4.1', ...cause };
    case 'rollout-moved':
      return {
        ...rollout,
        from: { state: 'running', percent: 5 },
        to: { state: 'running', percent: 25, stage: 3 },
        cause: null,
        next: { what: '50 %', at: at + 30 * MINUTE },
        incident: null,
      };
    case 'rollout-rolled-back':
      return {
        ...rollout,
        actor: 'system',
        from: { state: 'running', percent: 25 },
        to: { state: 'rolled-back', percent: 0, stage: null },
        cause: { kind: 'gate', reason: 'errors 4.1 % > 1 %' },
        next: null,
        incident: 'INC-3',
      };
    case 'incident-opened':
    case 'incident-resolved':
      return { kind: name, ...incident };
    case 'deploy-failed':
      return {
        kind: 'deploy-reported',
        ...where,
        service: 'checkout',
        version: '2.4.0',
        status: 'failed',
        url: null,
      };
    case 'stale-digest':
      return {
        kind: name,
        ...told,
        flags: [stale, unowned],
        stale: 2,
        ready: 1,
        others: 0,
        part: { number: 1, of: 1 },
      };
    case 'owner-nudged':
      return { kind: name, ...told, owner: owner.id, flags: [stale], others: 0 };
    case 'nudge-escalated':
      return { kind: name, ...told, owner: owner.id, nudges: 3, flags: [stale], others: 0 };
    case 'flag-still-asked':
      return {
        kind: name,
        ...told,
        flag,
        owner,
        environments: [environment],
        evaluatedAt: at - MINUTE,
        servesUntil: at + 23 * DAY,
      };
    case 'changed': {
      const summary = [`turned on in ${environment}`];
      return {
        kind: 'changed',
        documents: [{ kind: 'flag-config', key: flag, environment, revision: 7, summary }],
        comment: 'Ready for everybody',
        ...cause,
      };
    }
  }
}
