import { SCHEMA } from '../model/items.ts';
import {
  clampedRetryAfterMs,
  FAILURE_WINDOW_MS,
  FAILURES_UNTIL_POLLING,
  GOOD_AFTER_MS,
  reconnectDelayMs,
  slowDelayMs,
  streamRetryDelayMs,
} from './backoff.ts';
import { PROTOCOL_VERSION } from './messages.ts';
import { startPolling } from './polling.ts';
import { refusalOf } from './refusals.ts';
import { ownBasis, report, send, type Turn, update } from './turn.ts';

/** How a connection ended, or was refused. */
export interface Ending {
  readonly code?: number;
  readonly status?: number;
  readonly retryAfterMs?: number;
}

export function connect(turn: Turn): void {
  const socket = turn.session.sockets + 1;
  update(turn, { sockets: socket, link: { kind: 'connecting', socket, until: turn.now + turn.options.connectMs } });
  turn.actions.push({ kind: 'connect', socket });
}

/** Ends the socket that is there, if one is. */
export function cut(turn: Turn): void {
  const { link } = turn.session;
  if ('socket' in link) turn.actions.push({ kind: 'terminate', socket: link.socket });
}

export function greet(turn: Turn, socket: number): void {
  const { now, options, session } = turn;
  update(turn, { link: { kind: 'greeting', socket, openedAt: now, until: now + options.connectMs } });
  send(turn, {
    t: 'hello',
    proto: PROTOCOL_VERSION,
    sdk: options.sdk,
    inst: options.instance,
    app: options.application,
    schema: SCHEMA,
    basis: session.needsFull ? null : ownBasis(turn),
    caps: ['delta'],
  });
}

/** The socket is cut or was closed: decides when the next one is due, and whether polling takes over. */
export function lose(turn: Turn, ending: Ending): void {
  const { now, options, session } = turn;
  const { repair } = session;
  const isGood = wasGood(turn);
  const attempt = isGood ? 0 : session.attempts;
  const failingSince = isGood ? now : (session.failingSince ?? now);
  const losses = [...session.losses.filter((at) => now - at < FAILURE_WINDOW_MS), now].slice(-FAILURES_UNTIL_POLLING);
  const refusal = refusalOf(ending);
  const pollsNow = !refusal && (session.polling.isOn || losses.length >= FAILURES_UNTIL_POLLING);
  update(turn, {
    attempts: attempt + 1,
    failingSince,
    losses,
    ack: null,
    needsFull: session.needsFull || (repair.kind === 'due' && repair.full),
    repair: { kind: 'none' },
    // Where nobody answers, polls are not answered either.
    helpAt: refusal || ending.status === undefined ? null : session.helpAt,
    isUnauthorized: session.isUnauthorized || refusal?.isUnauthorized === true,
  });
  if (pollsNow) startPolling(turn);
  const own = pollsNow
    ? retryWhilePollingMs(turn, attempt, now - failingSince)
    : reconnectDelayMs(attempt, now - failingSince, options.reconnect, options.random);
  const delay = refusal ? slowDelayMs(options.random) : Math.max(own, clampedRetryAfterMs(ending.retryAfterMs));
  update(turn, { link: { kind: 'waiting', at: now + delay } });
}

/** Where polls are answered it is the upgrade that fails, which takes time to mend; where they are not, the server is away. */
function retryWhilePollingMs({ options, session }: Turn, attempt: number, failingForMs: number): number {
  if (session.polling.isGood) return streamRetryDelayMs(options.random);
  const { minMs, maxMs } = options.reconnect;
  return reconnectDelayMs(attempt, failingForMs, { minMs, maxMs: 2 * maxMs }, options.random);
}

/** Only a connection that lasted, and on which something was applied, makes earlier failures forgotten. */
function wasGood({ now, session: { link } }: Turn): boolean {
  return link.kind === 'open' && link.isConfirmed && now - link.openedAt >= GOOD_AFTER_MS;
}

/** Says why the other side ended it. */
export function reportEnding(turn: Turn, ending: Ending): void {
  const refusal = refusalOf(ending);
  if (refusal) report(turn, refusal.code, refusal.message, false);
  else if (ending.status === 429 || ending.retryAfterMs !== undefined) report(turn, 'GP1429', 'asked to wait');
  else if (ending.status !== undefined && ending.status >= 500) report(turn, 'GP1500', `answered ${ending.status}`);
  else report(turn, 'GP1102', `the stream was lost (${ending.status ?? ending.code ?? 'no answer'})`);
}
