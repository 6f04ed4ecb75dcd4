import type { ClientAction, ClientOptions, Connection, EnvironmentState, ProblemCode } from './client-events.ts';
import { encode } from './codec.ts';
import type { Inbox } from './inbox.ts';
import type { Basis, ClientFrame } from './messages.ts';

/** Everything that the client's side of the stream remembers; never mutated. */
export interface SessionState {
  readonly environment: EnvironmentState | null;
  readonly link: Link;
  /** The number that the last socket got. */
  readonly sockets: number;
  /** Connections in a row that were lost before they were good. */
  readonly attempts: number;
  /** Since when there was no good connection. */
  readonly failingSince: number | null;
  /** When connections were lost lately. */
  readonly losses: readonly number[];
  readonly polling: Polling;
  /** Where the first socket was not welcomed until then, one poll is asked besides it; null = no more. */
  readonly helpAt: number | null;
  readonly repair: Repair;
  /** The next `hello` asks for everything. */
  readonly needsFull: boolean;
  readonly lastResyncAt: number;
  /** States refused in a row, and when the last one was. */
  readonly refusals: { readonly count: number; readonly at: number };
  readonly ack: PendingAck | null;
  readonly lastAckAt: number;
  /** When anything was sent last. */
  readonly spokenAt: number;
  readonly isUnauthorized: boolean;
  readonly isDegraded: boolean;
  /** What was told last. */
  readonly connection: Connection;
  readonly wakeAt: number | null;
}

type Link =
  | { readonly kind: 'new' | 'stopped' }
  | { readonly kind: 'waiting'; readonly at: number }
  | { readonly kind: 'connecting'; readonly socket: number; readonly until: number }
  | { readonly kind: 'greeting'; readonly socket: number; readonly openedAt: number; readonly until: number }
  | OpenLink;

export interface OpenLink {
  readonly kind: 'open';
  readonly socket: number;
  readonly openedAt: number;
  /** When anything was heard last. */
  readonly heardAt: number;
  /** Which history the frames belong to. */
  readonly epoch: string;
  /** The first full transfer may go back to a lower version. */
  readonly rebase: boolean;
  /** Something was applied or confirmed on it. */
  readonly isConfirmed: boolean;
  /** The server owes a change or a full transfer until then: its heartbeats say nothing meanwhile. */
  readonly expectsUntil: number;
  /** Without an applied state until then, polling helps out. */
  readonly payloadBy: number | null;
  /** When to leave for another socket, as a `goodbye` asked. */
  readonly leaveAt: number | null;
  readonly inbox: Inbox;
}

interface Polling {
  readonly isOn: boolean;
  readonly at: number;
  readonly isAsking: boolean;
  /** Polls in a row that failed. */
  readonly failures: number;
  readonly isGood: boolean;
}

/** How the SDK gets back into step on a live socket. */
type Repair =
  | { readonly kind: 'none' }
  /** A heartbeat named another version: what is under way has until then to arrive. */
  | { readonly kind: 'behind'; readonly at: number }
  /** `resync` is to be sent then; `full` asks for everything. */
  | { readonly kind: 'due'; readonly at: number; readonly full: boolean }
  | { readonly kind: 'asked'; readonly at: number };

interface PendingAck {
  readonly v: number;
  readonly d8: string;
  readonly swappedAt: number;
  readonly applyUs: number;
  readonly unsupported: readonly string[];
  readonly at: number;
}

/** The handling of one event: `session` is replaced as it goes on, `actions` grow. */
export interface Turn {
  session: SessionState;
  readonly now: number;
  readonly options: ClientOptions;
  readonly actions: ClientAction[];
}

export const NEW_SESSION: SessionState = {
  environment: null,
  link: { kind: 'new' },
  sockets: 0,
  attempts: 0,
  failingSince: null,
  losses: [],
  polling: { isOn: false, at: 0, isAsking: false, failures: 0, isGood: false },
  helpAt: null,
  repair: { kind: 'none' },
  needsFull: false,
  lastResyncAt: Number.NEGATIVE_INFINITY,
  refusals: { count: 0, at: Number.NEGATIVE_INFINITY },
  ack: null,
  lastAckAt: Number.NEGATIVE_INFINITY,
  spokenAt: Number.NEGATIVE_INFINITY,
  isUnauthorized: false,
  isDegraded: false,
  connection: 'disconnected',
  wakeAt: null,
};

/** So long a stream may be open without an applied state before polling helps out. */
export const PAYLOAD_MS = 10_000;

/** A proxy that swallows upgrades costs a start so much, and not the time that a connection may take. */
export const HELP_MS = 1_000;

export function update(turn: Turn, patch: Partial<SessionState>): void {
  turn.session = { ...turn.session, ...patch };
}

/** The link when it is open, else null. */
export function openLink(turn: Turn): OpenLink | null {
  return turn.session.link.kind === 'open' ? turn.session.link : null;
}

export function updateLink(turn: Turn, patch: Partial<Omit<OpenLink, 'kind'>>): void {
  const link = openLink(turn);
  if (link) update(turn, { link: { ...link, ...patch } });
}

export function send(turn: Turn, frame: ClientFrame): void {
  const { link } = turn.session;
  if (link.kind !== 'open' && link.kind !== 'greeting') return;
  update(turn, { spokenAt: turn.now });
  turn.actions.push({ kind: 'send', socket: link.socket, text: encode(frame) });
}

export function report(turn: Turn, code: ProblemCode, message: string, retryable = true): void {
  turn.actions.push({ kind: 'problem', code, message, retryable });
}

export function ownBasis(turn: Turn): Basis | null {
  const { environment } = turn.session;
  if (!environment) return null;
  const { epoch, version, digest } = environment;
  return { epoch, version, digest };
}
