import { acknowledge } from './acks.ts';
import { d8Of } from './digest.ts';
import { EMPTY_INBOX, received } from './inbox.ts';
import type { ServerFrame } from './messages.ts';
import { ANSWER_MS, behind, gap, inStep, refuse } from './repair.ts';
import { afterChange, afterFull, type Swap } from './swap.ts';
import { openLink, PAYLOAD_MS, report, send, type Turn, update, updateLink } from './turn.ts';

/** What one frame of the server does. */
export function takeFrame(turn: Turn, message: ServerFrame, length: number): void {
  switch (message.t) {
    case 'welcome':
      welcome(turn, message);
      return;
    case 'hb':
      heartbeat(turn, message.v, message.d8);
      return;
    case 'goodbye':
      leaveSoon(turn, message);
      return;
    case 'change':
    case 'ops':
    case 'begin':
    case 'items':
    case 'commit':
      content(turn, message, length);
      return;
  }
}

/** Other farewells are followed by a close that says what to do. */
function leaveSoon(turn: Turn, { reason, spread = DEFAULT_SPREAD_MS }: Extract<ServerFrame, { t: 'goodbye' }>): void {
  if (reason !== 'drain' && reason !== 'age') return;
  updateLink(turn, { leaveAt: turn.now + turn.options.random() * Math.min(MAX_SPREAD_MS, spread) });
}

const DEFAULT_SPREAD_MS = 5_000;
const MAX_SPREAD_MS = 60_000;

function welcome(turn: Turn, frame: Extract<ServerFrame, { t: 'welcome' }>): void {
  const { epoch, head, digest, intent, rebase, overrides = false } = frame;
  const { now, session } = turn;
  const { link, environment } = session;
  if (link.kind !== 'greeting') return;
  turn.actions.push({ kind: 'overrides', areAllowed: overrides });
  update(turn, {
    helpAt: null,
    link: {
      kind: 'open',
      socket: link.socket,
      openedAt: link.openedAt,
      heardAt: now,
      epoch,
      rebase,
      isConfirmed: false,
      expectsUntil: now + ANSWER_MS,
      payloadBy: link.openedAt + PAYLOAD_MS,
      leaveAt: null,
      inbox: EMPTY_INBOX,
    },
  });
  if (intent !== 'none') return;
  const isThere = environment?.epoch === epoch && environment.version === head && environment.digest === digest;
  if (!isThere) {
    gap(turn);
    return;
  }
  inStep(turn);
  acknowledge(turn, false);
}

function heartbeat(turn: Turn, v: number, d8: string): void {
  const link = openLink(turn);
  if (!link) return;
  send(turn, { t: 'hb' });
  const { environment } = turn.session;
  const isSameHistory = environment?.epoch === link.epoch;
  if (link.inbox.kind !== 'empty') return;
  if (isSameHistory && environment.version === v && d8Of(environment.digest) === d8) {
    inStep(turn);
    return;
  }
  if (turn.now < link.expectsUntil || turn.session.repair.kind === 'due') return;
  if (isSameHistory && environment.version === v) {
    refuse(turn, v, 'digest');
    return;
  }
  if (turn.session.repair.kind === 'asked') {
    gap(turn);
    return;
  }
  behind(turn);
}

function content(
  turn: Turn,
  message: Extract<ServerFrame, { t: 'change' | 'ops' | 'begin' | 'items' | 'commit' }>,
  length: number,
): void {
  const link = openLink(turn);
  if (!link) return;
  const result = received(link.inbox, message, length);
  updateLink(turn, { inbox: result.kind === 'more' ? result.inbox : EMPTY_INBOX });
  const { environment } = turn.session;
  switch (result.kind) {
    case 'more':
      return;
    case 'refused':
      if (result.code === 'malformed') outOfPlace(turn, result.version);
      else refuse(turn, result.version, result.code);
      return;
    case 'change': {
      const swap = afterChange(environment, link.epoch, result.change, turn.options.hash);
      settle(turn, swap, result.change.to, result.change.urgent);
      return;
    }
    case 'full': {
      const { full } = result;
      const swap = afterFull(environment, { ...full, rebase: full.rebase || link.rebase }, turn.options.hash);
      updateLink(turn, { epoch: full.epoch, rebase: false });
      settle(turn, swap, full.version, false);
      return;
    }
  }
}

/** Pieces that do not fit: the rest of something that was given up, while a repair is under way, or a broken sender. */
function outOfPlace(turn: Turn, version: number): void {
  const { kind } = turn.session.repair;
  if (kind === 'asked' || kind === 'due') return;
  send(turn, { t: 'nack', v: version, code: 'malformed' });
  report(turn, 'GP1106', `version ${version} arrived in pieces that do not fit`);
  gap(turn);
}

function settle(turn: Turn, swap: Swap, version: number, urgent: boolean): void {
  switch (swap.kind) {
    case 'swapped':
      swapIn(turn, swap, urgent);
      return;
    case 'same':
      inStep(turn);
      acknowledge(turn, urgent);
      return;
    case 'old':
      // What a poll brought already, the stream brings again: it gets there soon, unless the server fell back.
      behind(turn);
      return;
    case 'gap':
      gap(turn);
      return;
    case 'refused':
      refuse(turn, version, swap.code);
      return;
  }
}

function swapIn(turn: Turn, { state, changed }: Extract<Swap, { kind: 'swapped' }>, urgent: boolean): void {
  let unsupported: readonly string[];
  try {
    unsupported = turn.options.unsupported(state);
  } catch {
    refuse(turn, state.version, 'apply');
    return;
  }
  update(turn, { environment: state });
  turn.actions.push({ kind: 'applied', state, changed, source: 'stream', urgent });
  inStep(turn);
  acknowledge(turn, urgent, unsupported);
}
