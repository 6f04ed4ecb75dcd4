import { clampedRetryAfterMs, pollDelayMs, reconnectDelayMs, slowDelayMs } from './backoff.ts';
import type { EnvironmentState, PollAnswer } from './client-events.ts';
import { readPayload } from './codec.ts';
import type { NackCode } from './messages.ts';
import { refusalOf } from './refusals.ts';
import { afterPayload } from './swap.ts';
import { ownBasis, report, type Turn, update } from './turn.ts';

/** Asks at once and then every now and then, until the stream works again. */
export function startPolling(turn: Turn): void {
  const { polling } = turn.session;
  if (!polling.isOn) update(turn, { polling: { ...polling, isOn: true, at: turn.now, failures: 0, isGood: false } });
}

export function pollAt({ session: { polling, helpAt } }: Turn): number | null {
  if (polling.isAsking) return null;
  return polling.isOn ? polling.at : helpAt;
}

export function pollDue(turn: Turn): void {
  const at = pollAt(turn);
  if (at === null || at > turn.now) return;
  update(turn, { polling: { ...turn.session.polling, isAsking: true }, helpAt: null });
  turn.actions.push({ kind: 'poll', basis: turn.session.needsFull ? null : ownBasis(turn) });
}

export function polled(turn: Turn, answer: PollAnswer): void {
  const { polling } = turn.session;
  if (!polling.isOn && turn.session.link.kind === 'open') {
    // The stream was quicker, and knows better.
    update(turn, { polling: { ...polling, isAsking: false } });
    return;
  }
  const isGood = took(turn, answer);
  const failures = isGood ? 0 : polling.failures + 1;
  const asked = answer.kind === 'refused' ? askedToWaitMs(turn, answer) : 0;
  const at = turn.now + Math.max(delayMs(turn, failures), asked);
  const isOn = polling.isOn && !(isGood && turn.options.mode === 'once');
  update(turn, { polling: { isOn, isAsking: false, at, failures, isGood } });
  if (isGood) update(turn, { isUnauthorized: false, isDegraded: false });
}

/** Who has nothing at all, and no stream that could bring it, asks again as soon as it would connect again. */
function delayMs({ session, options }: Turn, failures: number): number {
  const hasNothing = session.environment === null && options.mode !== undefined && options.mode !== 'stream';
  if (hasNothing) return reconnectDelayMs(failures, 0, options.reconnect, options.random);
  return pollDelayMs(options.pollIntervalMs, failures, options.random);
}

function askedToWaitMs({ options }: Turn, { status, retryAfterMs }: Extract<PollAnswer, { kind: 'refused' }>): number {
  return refusalOf({ status }) ? slowDelayMs(options.random) : clampedRetryAfterMs(retryAfterMs);
}

/** Whether the answer left the SDK with what the server has. */
function took(turn: Turn, answer: PollAnswer): boolean {
  switch (answer.kind) {
    case 'unchanged':
      return true;
    case 'payload':
      return applied(turn, answer.text);
    case 'unreachable':
      report(turn, 'GP1102', 'polling got no answer');
      return false;
    case 'refused': {
      const { status } = answer;
      const refusal = refusalOf({ status });
      if (refusal?.isUnauthorized) update(turn, { isUnauthorized: true });
      const code = refusal?.code ?? (status === 429 ? 'GP1429' : 'GP1500');
      report(turn, code, `polling was answered ${status}`, refusal === null);
      return false;
    }
  }
}

function applied(turn: Turn, text: string): boolean {
  const payload = readPayload(text);
  if (!payload) {
    report(turn, 'GP1106', 'polling was answered with something else than a payload');
    return false;
  }
  const swap = afterPayload(turn.session.environment, payload, turn.options.hash);
  switch (swap.kind) {
    case 'swapped': {
      const { state, changed } = swap;
      if (!isReadable(turn, state)) return refused(turn, 'apply');
      update(turn, { environment: state, needsFull: false });
      turn.actions.push({ kind: 'applied', state, changed, source: 'poll', urgent: false });
      return true;
    }
    case 'same':
    case 'old':
      return true;
    case 'gap':
      return false;
    case 'refused':
      return refused(turn, swap.code);
  }
}

/** A delta that cannot be applied would be answered again and again: the next poll asks for everything. */
function refused(turn: Turn, code: NackCode): false {
  report(turn, code === 'too-big' ? 'GP1105' : 'GP1104', `the polled state was refused: ${code}`);
  if (code === 'digest' || code === 'apply') update(turn, { needsFull: true });
  return false;
}

/** An evaluator that breaks on a state must do so before the state is taken. */
function isReadable({ options }: Turn, state: EnvironmentState): boolean {
  try {
    options.unsupported(state);
    return true;
  } catch {
    return false;
  }
}
