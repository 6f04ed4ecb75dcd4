import type { ClientAction, ClientEvent, ClientOptions, Connection, EnvironmentState } from './client-events.ts';
import { decodeServerFrame } from './codec.ts';
import { takeFrame } from './frames.ts';
import { EMPTY_INBOX } from './inbox.ts';
import { connect, cut, greet, lose, reportEnding } from './link.ts';
import { due, wakeOf } from './moments.ts';
import { polled, startPolling } from './polling.ts';
import { gap } from './repair.ts';
import { HELP_MS, NEW_SESSION, report, type SessionState, send, type Turn, update, updateLink } from './turn.ts';

/** The client's side of the stream: events in, actions out. */
export interface Session {
  handle(event: ClientEvent): readonly ClientAction[];
  readonly state: EnvironmentState | null;
}

export function createSession(options: ClientOptions): Session {
  let session = NEW_SESSION;
  return {
    handle(event) {
      const turn = transition(session, event, options);
      session = turn.session;
      return turn.actions;
    },
    get state() {
      return session.environment;
    },
  };
}

/** What one event does; the session before is left as it is. */
function transition(
  session: SessionState,
  event: ClientEvent,
  options: ClientOptions,
): { readonly session: SessionState; readonly actions: readonly ClientAction[] } {
  const turn: Turn = { session, now: event.now, options, actions: [] };
  if (session.link.kind !== 'stopped') {
    // The timer that was asked for is spent, whatever it found due: a host may call it a moment early.
    if (event.kind === 'timer') update(turn, { wakeAt: null });
    take(turn, event);
    announce(turn);
  }
  return turn;
}

function take(turn: Turn, event: ClientEvent): void {
  switch (event.kind) {
    case 'start':
      if (turn.session.link.kind !== 'new') return;
      update(turn, { environment: event.state ?? null });
      begin(turn);
      return;
    case 'opened':
      if (isCurrent(turn, event.socket) && turn.session.link.kind === 'connecting') greet(turn, event.socket);
      return;
    case 'frame':
      if (isCurrent(turn, event.socket)) heard(turn, event.text);
      return;
    case 'heard':
      if (isCurrent(turn, event.socket)) listened(turn);
      return;
    case 'closed':
      if (!isCurrent(turn, event.socket)) return;
      reportEnding(turn, event);
      lose(turn, event);
      return;
    case 'polled':
      polled(turn, event.answer);
      return;
    case 'breaker': {
      const { flag, variation, until } = event;
      if (turn.session.link.kind === 'open') send(turn, { t: 'report', kind: 'breaker', flag, variation, until });
      return;
    }
    case 'timer':
      due(turn);
      return;
    case 'stop':
      cut(turn);
      update(turn, { link: { kind: 'stopped' }, ack: null, polling: { ...turn.session.polling, isOn: false } });
      return;
  }
}

function begin(turn: Turn): void {
  const { mode = 'stream' } = turn.options;
  if (mode === 'stream') {
    connect(turn);
    update(turn, { helpAt: turn.now + HELP_MS });
  } else startPolling(turn);
}

/** Frames and closes of a socket that was given up still arrive: they must not touch its successor. */
function isCurrent(turn: Turn, socket: number): boolean {
  const { link } = turn.session;
  return 'socket' in link && link.socket === socket;
}

/** A server that is heard for long without asking for an answer must not take the SDK for gone. */
const SPEAK_MS = 20_000;

function listened(turn: Turn): void {
  updateLink(turn, { heardAt: turn.now });
  const isOpen = turn.session.link.kind === 'open';
  if (isOpen && turn.now - turn.session.spokenAt >= SPEAK_MS) send(turn, { t: 'hb' });
}

function heard(turn: Turn, text: string): void {
  updateLink(turn, { heardAt: turn.now });
  const decoded = decodeServerFrame(text);
  switch (decoded.kind) {
    case 'frame':
      takeFrame(turn, decoded.frame, text.length);
      return;
    case 'unknown':
      return;
    case 'malformed':
      send(turn, { t: 'nack', v: turn.session.environment?.version ?? 0, code: 'malformed' });
      report(turn, 'GP1106', 'a frame could not be read');
      updateLink(turn, { inbox: EMPTY_INBOX });
      gap(turn);
      return;
  }
}

/** Tells what differs from what was told before: the state of the connection, and when to be woken. */
function announce(turn: Turn): void {
  const connection = connectionOf(turn.session);
  if (connection !== turn.session.connection) {
    update(turn, { connection });
    turn.actions.push({ kind: 'connection', connection });
  }
  const at = wakeOf(turn);
  if (at !== turn.session.wakeAt) {
    update(turn, { wakeAt: at });
    turn.actions.push({ kind: 'wake', at });
  }
}

function connectionOf({ link, isUnauthorized, isDegraded, polling }: SessionState): Connection {
  if (link.kind === 'stopped') return 'disconnected';
  if (isUnauthorized) return 'unauthorized';
  if (isDegraded) return 'degraded';
  if (link.kind === 'open' && link.isConfirmed) return 'streaming';
  return polling.isOn && polling.isGood ? 'polling' : 'disconnected';
}
