import type { ClientAction, ClientEvent, EnvironmentState, PollAnswer } from '@glidepath/core/protocol';
import type { Settings } from './options.ts';
import type { HttpAnswer, NetworkRequest, Platform, Socket } from './platform.ts';

/** The decisions: core's state machine of the stream. */
export interface Decisions {
  handle(event: ClientEvent): readonly ClientAction[];
}

const AFTER_BUG_MS = 1_000;

/** What the transport does not do itself. */
export type Outcome =
  | Extract<ClientAction, { kind: 'applied' | 'connection' | 'overrides' }>
  | { readonly kind: 'problem'; readonly code: string; readonly message: string; readonly retryable: boolean };

export interface Transport {
  /** `state` is what is known already, from an earlier run. */
  start(state: EnvironmentState | null): void;
  /** Where there are no timers: does what is due by now; answers what then goes on, null = nothing. */
  catchUp(): Promise<void> | null;
  /** Tells the service that a variation is not served any more until then, in milliseconds since epoch. */
  report(flag: string, variation: string, until: number): void;
  stop(): void;
}

/** Carries out what the state machine decides, with sockets, requests and one timer; knows nothing of flags. */
export function createTransport(arguments_: {
  readonly settings: Settings;
  readonly platform: Platform;
  readonly decisions: Decisions;
  readonly onOutcome: (outcome: Outcome) => void;
  /** The service was heard. */
  readonly onContact: () => void;
  readonly onBug: (error: unknown) => void;
  /** Nothing happens by itself, only when `catchUp` is called. */
  readonly isOnDemand?: boolean;
}): Transport {
  const { settings, platform, decisions, onOutcome, onContact, onBug, isOnDemand = false } = arguments_;
  const waiting: ClientEvent[] = [];
  let running = false;
  let isStopped = false;
  let current: { readonly id: number; readonly socket: Socket } | null = null;
  let cancelWake = (): void => undefined;
  let cancelPoll = (): void => undefined;
  let dueAt: number | null = null;
  let answered: Promise<void> | null = null;
  let settle = (): void => undefined;

  // An action can bring about the next event at once; events are taken one after the other all the same.
  const take = (event: ClientEvent): void => {
    waiting.push(event);
    if (running) return;
    running = true;
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      for (const action of decided(next)) attempt(action);
    }
    running = false;
  };

  const decided = (event: ClientEvent): readonly ClientAction[] => {
    try {
      const actions = decisions.handle(event);
      // Whatever else answers a poll, such as a proxy's page, says nothing of how the flags are.
      if (event.kind === 'polled' && !actions.some(({ kind }) => kind === 'problem')) onContact();
      return actions;
    } catch (error) {
      onBug(error);
      // The timer that was asked for is spent, and nobody would ask for another.
      return [{ kind: 'wake', at: platform.monotonic() + AFTER_BUG_MS }];
    }
  };

  /** One action that fails must not take the others with it: the timer is among them. */
  const attempt = (action: ClientAction): void => {
    // A listener may have closed the client in the middle of what an event has brought about.
    if (isStopped) return;
    try {
      carryOut(action);
    } catch (error) {
      onBug(error);
    }
  };

  const carryOut = (action: ClientAction): void => {
    switch (action.kind) {
      case 'connect':
        current?.socket.terminate();
        current = { id: action.socket, socket: open(action.socket) };
        return;
      case 'send':
        if (current?.id === action.socket) current.socket.send(action.text);
        return;
      case 'terminate':
        if (current?.id !== action.socket) return;
        current.socket.terminate();
        current = null;
        return;
      case 'poll':
        cancelPoll();
        answered = new Promise((resolve) => {
          settle = resolve;
        });
        poll(action.basis);
        return;
      case 'wake':
        if (isOnDemand) {
          dueAt = action.at;
          return;
        }
        cancelWake();
        cancelWake = action.at === null ? () => undefined : wakeAt(action.at);
        return;
      default:
        onOutcome(action);
    }
  };

  const asked = (url: string): NetworkRequest => {
    const { connectMs: timeoutMs, reach } = settings;
    return { url, headers: settings.headers(), timeoutMs, reach };
  };

  const open = (id: number): Socket =>
    platform.openSocket(asked(settings.streamUrl), {
      opened: () => take({ kind: 'opened', socket: id, now: platform.monotonic() }),
      heard: () => {
        onContact();
        take({ kind: 'heard', socket: id, now: platform.monotonic() });
      },
      frame: (text) => {
        onContact();
        take({ kind: 'frame', socket: id, text, now: platform.monotonic() });
      },
      closed: ({ retryAfter, problem, ...how }) => {
        obstructed(problem);
        take({ kind: 'closed', socket: id, now: platform.monotonic(), ...how, ...retryAfterOf(retryAfter) });
      },
    });

  /** Something on the way to the service: what the service itself says comes in answers. */
  const obstructed = (problem: string | undefined): void => {
    if (problem === undefined || isStopped) return;
    onOutcome({ kind: 'problem', code: 'GP1122', message: `no way to the service: ${problem}`, retryable: true });
  };

  const wakeAt = (at: number): (() => void) =>
    platform.setTimer(() => take({ kind: 'timer', now: platform.monotonic() }), at - platform.monotonic(), false);

  const polled = (answer: HttpAnswer): void => {
    if (answer.kind === 'none') obstructed(answer.problem);
    if (isAnswered(answer)) onOutcome({ kind: 'overrides', areAllowed: answer.areOverridesAllowed === true });
    take({ kind: 'polled', now: platform.monotonic(), answer: pollAnswerOf(answer) });
    settle();
  };

  const poll = (basis: EnvironmentBasis | null): void => {
    const url = new URL(settings.payloadUrl);
    if (basis) url.searchParams.set('since', `${basis.epoch}.${basis.version}`);
    try {
      const { headers, ...rest } = asked(url.href);
      cancelPoll = platform.getPayload({ ...rest, headers: { ...headers, ...pollHeaders(basis) } }, polled);
    } catch (error) {
      onBug(error);
      // Whoever was asked never answers, and the next poll waits for that.
      polled({ kind: 'none' });
    }
  };

  return {
    start: (state) => take({ kind: 'start', now: platform.monotonic(), ...(state ? { state } : {}) }),
    catchUp() {
      if (dueAt !== null && dueAt <= platform.monotonic()) {
        dueAt = null;
        take({ kind: 'timer', now: platform.monotonic() });
      }
      const goingOn = answered;
      answered = null;
      return goingOn;
    },
    report: (flag, variation, until) => take({ kind: 'breaker', now: platform.monotonic(), flag, variation, until }),
    stop() {
      take({ kind: 'stop', now: platform.monotonic() });
      isStopped = true;
      cancelWake();
      cancelPoll();
      settle();
      current?.socket.terminate();
      current = null;
    },
  };
}

type EnvironmentBasis = NonNullable<Extract<ClientAction, { kind: 'poll' }>['basis']>;

function pollHeaders(basis: EnvironmentBasis | null): Record<string, string> {
  return {
    accept: 'application/json',
    ...(basis ? { 'if-none-match': `"${basis.epoch}.${basis.version}.${basis.digest.slice(0, 8)}"` } : {}),
  };
}

/** Whether the service itself has answered, and not something on the way. */
function isAnswered(answer: HttpAnswer): answer is Extract<HttpAnswer, { kind: 'answer' }> {
  return answer.kind === 'answer' && (answer.status === 200 || answer.status === 304);
}

function pollAnswerOf(answer: HttpAnswer): PollAnswer {
  if (answer.kind === 'none') return { kind: 'unreachable' };
  if (answer.status === 200) return { kind: 'payload', text: answer.text };
  if (answer.status === 304) return { kind: 'unchanged' };
  return { kind: 'refused', status: answer.status, ...retryAfterOf(answer.retryAfter) };
}

/** Only whole seconds count; a date or nonsense is as good as no header. */
export function retryAfterOf(header: string | undefined): { retryAfterMs?: number } {
  return header !== undefined && /^\d{1,9}$/.test(header) ? { retryAfterMs: Number(header) * 1_000 } : {};
}
