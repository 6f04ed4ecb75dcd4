import { counted } from '@glidepath/core/change';
import type { NudgeEscalated, OwnerNudged, StaleDigest, StaleFlag } from '../events.ts';
import { linkToLife } from './links.ts';
import type { Detail, FlagGroup, Message, MessageFlag, Naming } from './message.ts';

type StaleEvent = StaleDigest | OwnerNudged | NudgeEscalated;

/** So many flags have buttons; the others are lines. More would fill the screens of people who only want to know. */
export const WITH_BUTTONS = 10;
export const NOBODY = 'Nobody owns';

export function staleTitle(event: StaleEvent): string {
  switch (event.kind) {
    case 'stale-digest': {
      const { number, of } = event.part;
      return `${counted(event.stale, 'stale flag')} in ${event.project}${of === 1 ? '' : ` (${number} of ${of})`}`;
    }
    case 'owner-nudged':
      return `${counted(countOf(event), 'stale flag')} of ${ownerName(event)} in ${event.project}`;
    case 'nudge-escalated':
      return `Nobody looks after ${counted(countOf(event), 'stale flag')} of ${ownerName(event)} in ${event.project}`;
  }
}

export function staleParts(event: StaleEvent, naming: Naming): Pick<Message, 'tone' | 'details' | 'lines' | 'groups'> {
  const { flags, others } = event;
  const withButtons = event.kind === 'stale-digest' && event.part.number > 1 ? 0 : WITH_BUTTONS;
  const groups = [
    ...groupsOf(event, flags.slice(0, withButtons), { ...naming, hasButtons: true }),
    ...groupsOf(event, flags.slice(withButtons), { ...naming, hasButtons: false }),
  ];
  return {
    tone: event.kind === 'nudge-escalated' ? 'bad' : 'neutral',
    details: detailsOf(event),
    lines: others > 0 ? [`${others} more are on the page of clean-up`] : [],
    groups,
  };
}

interface Drawing extends Naming {
  readonly hasButtons: boolean;
}

/** By owner, oldest first; what nobody owns comes last. */
function groupsOf(event: StaleEvent, flags: readonly StaleFlag[], drawing: Drawing): readonly FlagGroup[] {
  const byOwner = new Map<string | null, StaleFlag[]>();
  for (const flag of flags.toSorted((a, b) => b.ageDays - a.ageDays)) {
    const owner = flag.owner?.id ?? null;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), flag]);
  }
  const owners = [...byOwner.keys()].toSorted((a, b) => Number(a === null) - Number(b === null));
  return owners.map((owner) => {
    const own = byOwner.get(owner) ?? [];
    return {
      heading: own[0]?.owner?.name ?? NOBODY,
      // Whoever is asked to do something is called; lists for everybody call nobody.
      person: owner !== null && event.kind === 'owner-nudged' ? drawing.personOf(owner) : null,
      flags: own.map((flag) => messageFlag(event.project, flag, drawing)),
    };
  });
}

function messageFlag(project: string, flag: StaleFlag, { hasButtons, publicUrl }: Drawing): MessageFlag {
  const { id, key, ageDays, isPermanent, readiness, reasons, removalCommand } = flag;
  return {
    key,
    url: linkToLife(project, key, publicUrl),
    state: `${counted(ageDays, 'day')} old, ${READINESS[readiness]}`,
    reasons,
    target: hasButtons ? { id, isPermanent, hasCommand: removalCommand !== null } : null,
  };
}

const READINESS = {
  safe: 'ready to remove',
  caution: 'ready to remove with care',
  blocked: 'not ready to remove',
} as const satisfies Record<StaleFlag['readiness'], string>;

function detailsOf(event: StaleEvent): readonly Detail[] {
  switch (event.kind) {
    case 'stale-digest':
      return [
        { label: 'Stale', text: String(event.stale) },
        { label: 'Ready to remove', text: String(event.ready) },
      ];
    case 'owner-nudged':
      return [{ label: 'Please', text: askOf(countOf(event) === 1 ? 'it' : 'them') }];
    case 'nudge-escalated':
      return [{ label: 'Their owner was reminded', text: `${counted(event.nudges, 'time')}, and nobody has acted` }];
  }
}

function askOf(it: 'it' | 'them'): string {
  return `archive ${it}, keep ${it} for some time, or give ${it} to somebody else`;
}

function countOf({ flags, others }: OwnerNudged | NudgeEscalated): number {
  return flags.length + others;
}

function ownerName({ flags, owner }: OwnerNudged | NudgeEscalated): string {
  return flags[0]?.owner?.name ?? owner;
}
