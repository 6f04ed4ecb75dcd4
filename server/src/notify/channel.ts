import type { DomainEvent, NudgeEscalated, OwnerNudged, StaleDigest } from '../events.ts';
import type { ChannelEvent } from '../http/release-types.ts';
import type { NotifierKind } from './notifiers/index.ts';

/** Where messages go. Addresses of Slack are secrets, and so are those of many other receivers. */
export interface ChannelBody {
  readonly name: string;
  readonly kind: NotifierKind;
  /** The address, closed in the vault. */
  readonly address: string;
  /** Host and last four characters, for people to tell channels apart. */
  readonly shown: string;
  /** The signing secret, closed in the vault; null where the kind signs nothing. */
  readonly secret: string | null;
  readonly events: readonly ChannelEvent[];
  /** Keys of environments; empty = all. */
  readonly environments: readonly string[];
  /** Tags of flags; empty = all. */
  readonly tags: readonly string[];
  readonly isEnabled: boolean;
  readonly createdAt: number;
}

/** What channels are told apart by. */
export interface EventFacts {
  readonly name: ChannelEvent;
  /** Keys of the environments that it happened in; none = it belongs to no one of them. */
  readonly environments: readonly string[];
  /** Keys of the flags that it is about; none = it is about no particular one. */
  readonly flags: readonly string[];
}

/** Under which names channels can ask for an event, the closest first; none: nobody is told. */
function eventNamesOf(event: DomainEvent): readonly ChannelEvent[] {
  switch (event.kind) {
    case 'rollout-moved':
      return event.to.state === 'rolled-back' ? ['rollout-rolled-back', 'rollout-moved'] : ['rollout-moved'];
    case 'deploy-reported':
      return event.status === 'failed' || event.status === 'rolled-back' ? ['deploy-failed'] : [];
    case 'changed':
      // What a rollout does is told as its move.
      return event.origin === 'rollout' ? [] : ['changed'];
    case 'flag-killed':
    case 'flag-restored':
    case 'incident-opened':
    case 'incident-resolved':
    case 'stale-digest':
    case 'owner-nudged':
    case 'nudge-escalated':
    case 'flag-still-asked':
      return [event.kind];
  }
}

/** Facts of an event by the name under which a channel has asked for it; null where it has not. */
export function factsFor(channel: ChannelBody, event: DomainEvent): EventFacts | null {
  const name = eventNamesOf(event).find((candidate) => channel.events.includes(candidate));
  return name === undefined ? null : { name, environments: environmentsOf(event), flags: flagsOf(event) };
}

/** Whether a channel wants to be told: by environment, and by the tags of the flags. */
export function wants(
  { environments, tags }: Pick<ChannelBody, 'environments' | 'tags'>,
  facts: Pick<EventFacts, 'environments' | 'flags'>,
  tagsOf: (flag: string) => readonly string[],
): boolean {
  return (
    overlap(environments, facts.environments) &&
    (facts.flags.length === 0 || overlap(tags, facts.flags.flatMap(tagsOf)))
  );
}

/** These are never merged with others: whoever is on call has to see each of them, and lists have to be seen whole. */
export function isAlone(event: DomainEvent): boolean {
  switch (event.kind) {
    case 'flag-killed':
    // A line that says that there is a list is no list, and has no buttons.
    case 'stale-digest':
    case 'owner-nudged':
    case 'nudge-escalated':
      return true;
    case 'rollout-moved':
      return event.to.state === 'rolled-back';
    case 'flag-restored':
    case 'incident-opened':
    case 'incident-resolved':
    case 'deploy-reported':
    case 'changed':
    case 'flag-still-asked':
      return false;
  }
}

/** Where nothing is chosen, or nothing is told, everything goes. */
function overlap(chosen: readonly string[], told: readonly string[]): boolean {
  return chosen.length === 0 || told.length === 0 || told.some((one) => chosen.includes(one));
}

function environmentsOf(event: DomainEvent): readonly string[] {
  // A flag goes stale in all of them.
  if (isOfLifecycle(event)) return [];
  if (event.kind === 'flag-still-asked') return event.environments;
  if (event.kind !== 'changed') return [event.environment];
  const named = event.documents.flatMap(({ environment }) => environment ?? []);
  return [...new Set([...named, ...Object.keys(event.versions)])];
}

export function flagsOf(event: DomainEvent): readonly string[] {
  switch (event.kind) {
    case 'changed':
      return event.documents.flatMap(({ kind, key }) => (kind === 'flag' || kind === 'flag-config' ? [key] : []));
    case 'incident-opened':
    case 'incident-resolved':
      return event.flags;
    case 'deploy-reported':
      return [];
    case 'stale-digest':
    case 'owner-nudged':
    case 'nudge-escalated':
      return event.flags.map(({ key }) => key);
    case 'flag-killed':
    case 'flag-restored':
    case 'rollout-moved':
    case 'flag-still-asked':
      return [event.flag];
  }
}

/** Tells of flags that have gone stale, in a list. */
function isOfLifecycle(event: DomainEvent): event is StaleDigest | OwnerNudged | NudgeEscalated {
  return event.kind === 'stale-digest' || event.kind === 'owner-nudged' || event.kind === 'nudge-escalated';
}
