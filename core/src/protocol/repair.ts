import { lose } from './link.ts';
import type { NackCode } from './messages.ts';
import { openLink, ownBasis, report, send, type Turn, update, updateLink } from './turn.ts';

const SECOND = 1_000;
/** After so long without effect a resync is given up. */
const RESYNC_PATIENCE_MS = 5 * SECOND;
/** Who is out of step again before that connects anew, where back-off holds. */
const RESYNC_DISTANCE_MS = 60 * SECOND;
const BEHIND_MS = 5 * SECOND;
const REFUSED_SPREAD_MS = 10 * SECOND;
const DEGRADED_RETRY_MS = 10 * 60 * SECOND;
/** Refusals closer together than this count as one row, though something was applied in between. */
const REFUSAL_ROW_MS = 60 * SECOND;
/** How long a server may take to answer: full transfers wait for their turn in a storm. */
export const ANSWER_MS = 60 * SECOND;

/** What arrived does not build on what the SDK has: ask from where it stands, and give up the socket if that does not help. */
export function gap(turn: Turn): void {
  const { repair, lastResyncAt } = turn.session;
  switch (repair.kind) {
    case 'none':
    case 'behind':
      if (turn.now - lastResyncAt < RESYNC_DISTANCE_MS) {
        outOfStep(turn);
        return;
      }
      update(turn, { repair: { kind: 'due', at: turn.now, full: false } });
      repairDue(turn);
      return;
    case 'asked':
      if (turn.now - lastResyncAt >= RESYNC_PATIENCE_MS) outOfStep(turn);
      return;
    case 'due':
      return;
  }
}

/** A heartbeat names another position. What is under way may still arrive. */
export function behind(turn: Turn): void {
  if (turn.session.repair.kind === 'none') update(turn, { repair: { kind: 'behind', at: turn.now + BEHIND_MS } });
}

/** A state was refused and the one before kept: say so, and ask for everything; not again and again. */
export function refuse(turn: Turn, version: number, code: NackCode): void {
  const { repair, refusals, lastResyncAt } = turn.session;
  send(turn, { t: 'nack', v: version, code });
  report(turn, PROBLEM_OF[code], `version ${version} was refused: ${code}`);
  updateLink(turn, { inbox: { kind: 'empty' } });
  if (repair.kind === 'due' && repair.full) return;
  const isRow = repair.kind === 'asked' || turn.now - refusals.at < REFUSAL_ROW_MS;
  const count = isRow ? refusals.count + 1 : 1;
  const isHopeless = count > 1 || code === 'too-big' || code === 'empty';
  const delay = isHopeless ? DEGRADED_RETRY_MS : turn.options.random() * REFUSED_SPREAD_MS;
  update(turn, {
    refusals: { count, at: turn.now },
    repair: { kind: 'due', at: Math.max(turn.now + delay, lastResyncAt + RESYNC_DISTANCE_MS), full: true },
    isDegraded: turn.session.isDegraded || isHopeless,
  });
}

const PROBLEM_OF = {
  digest: 'GP1104',
  apply: 'GP1104',
  empty: 'GP1104',
  'too-big': 'GP1105',
  malformed: 'GP1106',
} as const satisfies Record<NackCode, string>;

/** The SDK is where the server says it should be. */
export function inStep(turn: Turn): void {
  updateLink(turn, { isConfirmed: true, expectsUntil: turn.now, payloadBy: null });
  update(turn, {
    repair: { kind: 'none' },
    needsFull: false,
    isDegraded: false,
    isUnauthorized: false,
    polling: { ...turn.session.polling, isOn: false },
  });
}

/** When the repair wants to be looked at next; null = never. */
export function repairAt(turn: Turn): number | null {
  const { repair } = turn.session;
  return repair.kind === 'none' || !openLink(turn) ? null : repair.at;
}

/** Does what the repair has waited for. */
export function repairDue(turn: Turn): void {
  const { repair } = turn.session;
  if ((repairAt(turn) ?? Number.POSITIVE_INFINITY) > turn.now) return;
  switch (repair.kind) {
    case 'none':
      return;
    case 'behind':
      update(turn, { repair: { kind: 'none' } });
      gap(turn);
      return;
    case 'due':
      send(turn, { t: 'resync', basis: repair.full ? null : ownBasis(turn) });
      updateLink(turn, { expectsUntil: turn.now + ANSWER_MS, inbox: { kind: 'empty' } });
      update(turn, { repair: { kind: 'asked', at: turn.now + ANSWER_MS }, lastResyncAt: turn.now });
      return;
    case 'asked':
      outOfStep(turn);
      return;
  }
}

function outOfStep(turn: Turn): void {
  const link = openLink(turn);
  if (!link) return;
  turn.actions.push({ kind: 'terminate', socket: link.socket });
  report(turn, 'GP1102', 'the stream stayed out of step');
  lose(turn, {});
}
