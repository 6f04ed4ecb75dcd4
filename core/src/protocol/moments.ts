import { ackDue, flushAck } from './acks.ts';
import { connect, cut, lose } from './link.ts';
import { pollAt, pollDue, startPolling } from './polling.ts';
import { repairAt, repairDue } from './repair.ts';
import { openLink, PAYLOAD_MS, report, type Turn, update, updateLink } from './turn.ts';

/**
 * Everything whose moment has come. Moments are compared as they were asked for: times are fractions, and
 * `now - heardAt` can fall short of the idle time at exactly `heardAt + idleMs`.
 */
export function due(turn: Turn): void {
  const { now, session, options } = turn;
  const { link } = session;
  if (link.kind === 'waiting' && link.at <= now) connect(turn);
  else if ((link.kind === 'connecting' || link.kind === 'greeting') && link.until <= now) {
    cut(turn);
    report(turn, 'GP1102', `no ${link.kind === 'connecting' ? 'connection' : 'welcome'} in time`);
    lose(turn, {});
  } else if (link.kind === 'open') {
    if (link.heardAt + options.idleMs <= now) {
      cut(turn);
      report(turn, 'GP1103', `nothing was heard for ${Math.round((now - link.heardAt) / 1000)} s`);
      lose(turn, {});
    } else if (link.leaveAt !== null && link.leaveAt <= now) leave(turn);
    else payloadLate(turn);
  }
  repairDue(turn);
  ackDue(turn);
  pollDue(turn);
}

/** Moves to another socket, as a `goodbye` asked. */
function leave(turn: Turn): void {
  flushAck(turn);
  cut(turn);
  update(turn, { repair: { kind: 'none' } });
  connect(turn);
}

/** A stream that connects and delivers nothing is helped by polling, unless a transfer is just coming in. */
function payloadLate(turn: Turn): void {
  const link = openLink(turn);
  if (!link || link.payloadBy === null || link.payloadBy > turn.now) return;
  const isComing = link.inbox.kind !== 'empty' && turn.now < link.heardAt + PAYLOAD_MS;
  updateLink(turn, { payloadBy: isComing ? link.heardAt + PAYLOAD_MS : null });
  if (!isComing) startPolling(turn);
}

/** The next moment at which anything is due; null = none. */
export function wakeOf(turn: Turn): number | null {
  const moments = [...linkMoments(turn), repairAt(turn), turn.session.ack?.at ?? null, pollAt(turn)];
  const known = moments.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function linkMoments(turn: Turn): readonly (number | null)[] {
  const { link } = turn.session;
  switch (link.kind) {
    case 'new':
    case 'stopped':
      return [];
    case 'waiting':
      return [link.at];
    case 'connecting':
    case 'greeting':
      return [link.until];
    case 'open':
      return [link.heardAt + turn.options.idleMs, link.leaveAt, link.payloadBy];
  }
}
