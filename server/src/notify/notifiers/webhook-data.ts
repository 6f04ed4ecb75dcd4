import type { DomainEvent, StaleFlag } from '../../events.ts';

/** What a receiver of webhooks is told of an event: these fields and no others, times as RFC 3339. */
export function webhookData(event: DomainEvent): Readonly<Record<string, unknown>> {
  const { project, actor } = event;
  switch (event.kind) {
    case 'flag-killed':
    case 'flag-restored': {
      const { flag, environment, changeId, origin, comment, versions } = event;
      const reason = event.kind === 'flag-killed' ? event.reason : null;
      return { project, environment, flag, actor, reason, comment, origin, changeId, versions };
    }
    case 'changed': {
      const { documents, changeId, origin, comment, versions } = event;
      const shown = documents.map(({ kind, key, environment, revision, summary }) => ({
        kind,
        key,
        environment,
        revision,
        summary,
      }));
      return { project, actor, documents: shown, comment, origin, changeId, versions };
    }
    case 'rollout-moved': {
      const { environment, flag, rollout, variation, from, to, stages, cause, next, incident, version } = event;
      const coming = next && { what: next.what, at: next.at === null ? null : timeOf(next.at) };
      const why = cause && { kind: cause.kind, reason: cause.reason };
      const moved = { from: { state: from.state, percent: from.percent }, to: { ...stageOf(to), stages } };
      const where = { project, environment, flag, rollout, variation, actor };
      return { ...where, ...moved, cause: why, next: coming, incident, version };
    }
    case 'incident-opened':
    case 'incident-resolved': {
      const { environment, incident, title, severity, flags } = event;
      return { project, environment, incident, title, severity, flags, actor };
    }
    case 'deploy-reported': {
      const { environment, service, version, status, url } = event;
      return { project, environment, service, version, status, url, actor };
    }
    case 'stale-digest': {
      const { flags, stale, ready, others, part } = event;
      const shown = { number: part.number, of: part.of };
      return { project, flags: flags.map(staleFlagOf), stale, ready, others, part: shown, actor };
    }
    case 'owner-nudged': {
      const { owner, flags, others } = event;
      return { project, owner, flags: flags.map(staleFlagOf), others, actor };
    }
    case 'nudge-escalated': {
      const { owner, nudges, flags, others } = event;
      return { project, owner, nudges, flags: flags.map(staleFlagOf), others, actor };
    }
    case 'flag-still-asked': {
      const { flag, owner, environments, evaluatedAt, servesUntil } = event;
      const times = { evaluatedAt: timeOf(evaluatedAt), servesUntil: timeOf(servesUntil) };
      return { project, flag, owner: owner && { id: owner.id, name: owner.name }, environments, ...times, actor };
    }
  }
}

function staleFlagOf({ key, owner, ageDays, isPermanent, reasons, readiness, removalCommand }: StaleFlag) {
  const who = owner && { id: owner.id, name: owner.name };
  return { key, owner: who, ageDays, isPermanent, reasons, readiness, removalCommand };
}

function stageOf({ state, percent, stage }: Extract<DomainEvent, { kind: 'rollout-moved' }>['to']) {
  return { state, percent, stage };
}

export function timeOf(at: number): string {
  return new Date(at).toISOString();
}
