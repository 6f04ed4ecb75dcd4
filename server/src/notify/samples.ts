import type { DomainEvent } from '../events.ts';
import type { ChannelEvent } from '../http/release-types.ts';

export interface SampleWords {
  readonly project: string;
  readonly environment: string;
  readonly flag: string;
  readonly actor: string;
  readonly at: number;
}

const MINUTE = 60_000;

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
