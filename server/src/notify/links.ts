import type { DomainEvent } from '../events.ts';

/** The page of the admin UI that shows more of it; null where nobody has said at which address that is. */
export function linkTo(event: DomainEvent, publicUrl: string | null): string | null {
  if (publicUrl === null) return null;
  return `${projectPage(event.project, publicUrl)}${pageOf(event)}`;
}

/** The page of a flag's life; null where nobody has said at which address that is. */
export function linkToLife(project: string, flag: string, publicUrl: string | null): string | null {
  return publicUrl === null ? null : `${projectPage(project, publicUrl)}${lifePage(flag)}`;
}

function projectPage(project: string, publicUrl: string): string {
  return `${publicUrl}/p/${encodeURIComponent(project)}`;
}

function pageOf(event: DomainEvent): string {
  switch (event.kind) {
    case 'flag-killed':
    case 'flag-restored':
      return flagPage(event.flag, event.environment);
    case 'rollout-moved':
      return `/rollouts/${encodeURIComponent(event.rollout)}`;
    case 'incident-opened':
    case 'incident-resolved':
      return `/incidents/${encodeURIComponent(event.incident)}`;
    case 'deploy-reported':
      return '/deploys';
    case 'stale-digest':
      return '/cleanup';
    case 'owner-nudged':
    case 'nudge-escalated':
      return `/cleanup?owner=${encodeURIComponent(event.owner)}`;
    case 'flag-still-asked':
      return lifePage(event.flag);
    case 'changed': {
      const [only, ...others] = event.documents;
      if (!only || others.length > 0) return '/audit';
      const isSegment = only.kind === 'segment' || only.kind === 'segment-config';
      return isSegment ? `/segments/${encodeURIComponent(only.key)}` : flagPage(only.key, only.environment);
    }
  }
}

function lifePage(flag: string): string {
  return `/flags/${encodeURIComponent(flag)}/lifecycle`;
}

function flagPage(flag: string, environment: string | null): string {
  const query = environment === null ? '' : `?env=${encodeURIComponent(environment)}`;
  return `/flags/${encodeURIComponent(flag)}${query}`;
}
