import type { DomainEvent, FlagStillAsked, IncidentMoved, RolloutMoved } from '../events.ts';
import { linkTo, linkToLife } from './links.ts';
import { NOBODY, staleParts, staleTitle } from './stale-message.ts';

/** What people are told, before it takes the form of a channel. All of it is plain text. */
export interface Message {
  /** One line. */
  readonly title: string;
  readonly tone: 'bad' | 'good' | 'neutral';
  readonly details: readonly Detail[];
  /** Further lines, one below the other. */
  readonly lines: readonly string[];
  readonly url: string | null;
  /** The rollout that it is about, where something can still be done with it. */
  readonly rollout: MessageRollout | null;
  /** Flags that it lists. */
  readonly groups: readonly FlagGroup[];
}

/** Flags of one owner. */
export interface FlagGroup {
  readonly heading: string;
  /** The owner's id at Slack, where they are to be called; null = they are not, or nobody knows it. */
  readonly person: string | null;
  readonly flags: readonly MessageFlag[];
}

export interface MessageFlag {
  readonly key: string;
  readonly url: string | null;
  /** Its age, and whether it can go. */
  readonly state: string;
  readonly reasons: readonly string[];
  /** What can be done with it here; null = it is one line of a list. */
  readonly target: FlagTarget | null;
}

/** A flag for which buttons are drawn. */
export interface FlagTarget {
  /** Of the document. */
  readonly id: string;
  readonly isPermanent: boolean;
  readonly hasCommand: boolean;
}

export interface Detail {
  readonly label: string;
  readonly text: string;
}

export interface MessageRollout {
  readonly project: string;
  readonly id: string;
  readonly state: string;
  readonly stage: number | null;
}

/** What the words need besides the event. */
export interface Naming {
  /** What people call who acted. */
  readonly nameOf: (actor: string) => string;
  /** The id at Slack of a member who has linked it. */
  readonly personOf: (member: string) => string | null;
  /** Where people reach the service; null = nobody has said. */
  readonly publicUrl: string | null;
}

/** One line that says what happened and where. */
export function titleOf(event: DomainEvent): string {
  switch (event.kind) {
    case 'flag-killed':
      return `${event.flag} was killed in ${event.environment}`;
    case 'flag-restored':
      return `${event.flag} was restored in ${event.environment}`;
    case 'rollout-moved':
      return `${event.flag} in ${event.environment}: ${rolloutWords(event)}`;
    case 'incident-opened':
      return `${event.incident} (${event.severity}) in ${event.environment}: ${event.title}`;
    case 'incident-resolved':
      return `${event.incident} resolved in ${event.environment}: ${event.title}`;
    case 'deploy-reported':
      return `Deploy of ${event.service} ${event.version} to ${event.environment} ${DEPLOY_WORDS[event.status]}`;
    case 'changed':
      return `${changedWhat(event.documents)} changed`;
    case 'stale-digest':
    case 'owner-nudged':
    case 'nudge-escalated':
      return staleTitle(event);
    case 'flag-still-asked':
      return `${event.flag} is archived, and still evaluated in ${event.environments.join(', ')}`;
  }
}

export function messageOf(event: DomainEvent, naming: Naming): Message {
  const common = { title: titleOf(event), lines: [], rollout: null, groups: [], url: linkTo(event, naming.publicUrl) };
  const by = { label: 'By', text: naming.nameOf(event.actor) };
  switch (event.kind) {
    case 'flag-killed':
      return { ...common, tone: 'bad', details: detailsOf(['Why', event.reason], by, ['Now', 'everybody gets off']) };
    case 'flag-restored':
      return { ...common, tone: 'good', details: detailsOf(['Why', event.comment], by) };
    case 'rollout-moved':
      return { ...common, ...rolloutParts(event), details: rolloutDetails(event, by) };
    case 'incident-opened':
    case 'incident-resolved':
      return { ...common, tone: incidentTone(event), details: detailsOf(by, ['Flags', event.flags.join(', ')]) };
    case 'deploy-reported':
      return {
        ...common,
        tone: event.status === 'succeeded' ? 'good' : 'bad',
        details: detailsOf(by),
      };
    case 'changed':
      return {
        ...common,
        tone: 'neutral',
        details: detailsOf(by, ['Why', event.comment]),
        lines: event.documents.flatMap((document) =>
          document.summary.map((sentence) => `${document.key}: ${sentence}`),
        ),
      };
    case 'stale-digest':
    case 'owner-nudged':
    case 'nudge-escalated':
      return { ...common, ...staleParts(event, naming) };
    case 'flag-still-asked':
      return { ...common, ...stillAskedParts(event, naming) };
  }
}

function stillAskedParts(event: FlagStillAsked, naming: Naming): Pick<Message, 'tone' | 'details' | 'groups'> {
  const { project, flag, owner, evaluatedAt, servesUntil } = event;
  const url = linkToLife(project, flag, naming.publicUrl);
  const asked = { key: flag, url, state: 'take it out of the code, or unarchive it', reasons: [], target: null };
  const person = owner === null ? null : naming.personOf(owner.id);
  return {
    tone: 'bad',
    details: detailsOf(
      ['Evaluated last', minuteOf(evaluatedAt)],
      ['Until then it serves as before', minuteOf(servesUntil)],
    ),
    groups: [{ heading: owner?.name ?? NOBODY, person, flags: [asked] }],
  };
}

/** Events of a channel that has fallen behind, in one message: each is a line. */
export function mergedMessage(titles: readonly { readonly at: number; readonly title: string }[]): Message {
  return {
    title: `${titles.length} events`,
    tone: 'neutral',
    details: [],
    lines: titles.map(({ at, title }) => `${clockTime(at)} ${title}`),
    url: null,
    rollout: null,
    groups: [],
  };
}

export function repeated(message: Message): Message {
  return { ...message, title: `${message.title} (repeated)` };
}

export function testMessage(channel: string): Message {
  return {
    title: 'Glidepath can reach this channel',
    tone: 'good',
    details: [{ label: 'Channel', text: channel }],
    lines: [],
    url: null,
    rollout: null,
    groups: [],
  };
}

const DEPLOY_WORDS = {
  started: 'started',
  succeeded: 'succeeded',
  failed: 'failed',
  'rolled-back': 'was rolled back',
} as const;

function rolloutWords({ from, to }: RolloutMoved): string {
  const at = `at ${to.percent} %`;
  switch (to.state) {
    case 'waiting':
      return 'rollout waits for its start';
    case 'running':
      return from.percent === to.percent ? `rollout goes on ${at}` : `rollout is ${at}`;
    case 'awaiting-approval':
      return `rollout waits for an approval ${at}`;
    case 'paused':
      return `rollout paused ${at}`;
    case 'holding':
      return `rollout holds ${at}`;
    case 'rolling-back':
      return `rollout is rolled back from ${from.percent} %`;
    case 'rolled-back':
      return `rollout was rolled back from ${from.percent} %`;
    case 'completed':
      return 'rollout completed';
    case 'aborted':
      return `rollout aborted ${at}`;
    default:
      return `rollout is ${to.state}`;
  }
}

const OVER: ReadonlySet<string> = new Set(['rolling-back', 'rolled-back', 'completed', 'aborted']);

function rolloutParts({ project, rollout: id, to }: RolloutMoved): Pick<Message, 'tone' | 'rollout'> {
  const { state, stage } = to;
  return {
    tone: ROLLOUT_TONES[state] ?? 'neutral',
    rollout: OVER.has(state) ? null : { project, id, state, stage },
  };
}

const ROLLOUT_TONES: Readonly<Record<string, Message['tone']>> = {
  'rolling-back': 'bad',
  'rolled-back': 'bad',
  completed: 'good',
};

function rolloutDetails(event: RolloutMoved, by: Detail): readonly Detail[] {
  const { cause, to, stages, next, incident, variation } = event;
  const stage = to.stage === null ? '' : ` (stage ${to.stage + 1} of ${stages})`;
  const when = next === null || next.at === null ? '' : `, not before ${minuteOf(next.at)}`;
  const now = to.state === 'rolled-back' ? 'what was served before' : `${to.percent} % get ${variation}${stage}`;
  return detailsOf(
    ['Why', cause?.reason],
    ['Now', now],
    ['Next', next === null ? null : next.what + when],
    ['Incident', incident],
    by,
  );
}

function incidentTone({ kind }: IncidentMoved): Message['tone'] {
  return kind === 'incident-opened' ? 'bad' : 'good';
}

type Given = Detail | readonly [label: string, text: string | null | undefined];

/** Only what there is something to say about. */
function detailsOf(...given: readonly Given[]): readonly Detail[] {
  return given.flatMap((one) => {
    if ('label' in one) return [one];
    const [label, text] = one;
    return text === null || text === undefined || text === '' ? [] : [{ label, text }];
  });
}

function changedWhat(documents: readonly { readonly key: string; readonly environment: string | null }[]): string {
  const keys = [...new Set(documents.map(({ key }) => key))];
  const places = [...new Set(documents.flatMap(({ environment }) => environment ?? []))];
  const what = keys.length > 3 ? `${keys.length} flags and segments` : keys.join(', ');
  return places.length === 0 ? what : `${what} in ${places.join(', ')}`;
}

function minuteOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

function clockTime(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}
