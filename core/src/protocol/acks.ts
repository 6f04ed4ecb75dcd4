import { d8Of } from './digest.ts';
import { send, type Turn, update } from './turn.ts';

const SPREAD_MS = 500;
const DISTANCE_MS = 1_000;
/** So many are named; an acknowledgement of all would not fit its frame. */
const MAX_UNSUPPORTED = 200;

/** Tells the server what was applied: at once if it is urgent, else a little later together with what follows. */
export function acknowledge(turn: Turn, urgent: boolean, readBefore?: readonly string[]): void {
  const { now, options, session } = turn;
  const { environment } = session;
  if (!environment) return;
  const { monotonic = () => now } = options;
  const applyUs = Math.max(0, Math.round((monotonic() - now) * 1_000));
  const later = session.ack?.at ?? Math.max(now + options.random() * SPREAD_MS, session.lastAckAt + DISTANCE_MS);
  const unsupported = readBefore ?? options.unsupported(environment);
  const { version: v, digest } = environment;
  update(turn, { ack: { v, d8: d8Of(digest), swappedAt: now, applyUs, unsupported, at: urgent ? now : later } });
  ackDue(turn);
}

export function ackDue(turn: Turn): void {
  if (turn.session.ack && turn.session.ack.at <= turn.now) flushAck(turn);
}

/** Sends what waits, due or not. */
export function flushAck(turn: Turn): void {
  const { ack } = turn.session;
  if (!ack) return;
  const { v, d8, applyUs, swappedAt, unsupported } = ack;
  const heldMs = Math.round((turn.now - swappedAt) * 1_000) / 1_000;
  send(turn, {
    t: 'ack',
    v,
    d8,
    applyUs,
    heldMs,
    ...(unsupported.length > 0 && { unsupported: unsupported.slice(0, MAX_UNSUPPORTED) }),
  });
  update(turn, { ack: null, lastAckAt: turn.now });
}
