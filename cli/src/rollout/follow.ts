import type { RolloutView } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { Failure } from '../failure.ts';
import type { Outside } from '../outside.ts';
import { paintFor, tame } from '../paint.ts';
import { rolloutRoute } from '../paths.ts';
import { isOver, lineOf, outlineOf, screenOf } from './screen.ts';

/** So often is the service asked; in between only the countdown goes on. */
const ASK_EVERY_MS = 2_000;
const DRAW_EVERY_MS = 1_000;

export interface Followed {
  readonly view: RolloutView;
  readonly ending: 'over' | 'interrupted' | 'timed-out';
  /** Of the service, when it was seen. */
  readonly now: number;
}

/** Shows a rollout until it is over, until somebody ends the command, or for so long. */
export async function follow(call: Call, id: string, longestMs: number | null): Promise<Followed> {
  const { outside } = call;
  const ended = outside.interruption();
  const began = outside.now();
  const display = displayFor(call);
  const look = lookOf(call, id);
  let view = await look();
  let asked = outside.now();
  try {
    for (;;) {
      const now = look.now();
      display.show(view, now, look.fault());
      if (isOver(view)) return { view, ending: 'over', now };
      if (ended.aborted) return { view, ending: 'interrupted', now };
      if (longestMs !== null && outside.now() - began >= longestMs) return { view, ending: 'timed-out', now };
      await outside.wait(DRAW_EVERY_MS, ended);
      if (outside.now() - asked < ASK_EVERY_MS) continue;
      asked = outside.now();
      view = await look();
    }
  } finally {
    display.close();
  }
}

interface Look {
  (): Promise<RolloutView>;
  /** By the clock of the service, as well as can be told from its answers. */
  now(): number;
  /** Why the last look showed nothing new; empty where it did. */
  fault(): string;
}

function lookOf(call: Call, id: string): Look {
  const { outside } = call;
  const api = call.api();
  let seen: RolloutView | null = null;
  // The service tells whole seconds that have begun: the largest difference is nearest to the truth.
  let aheadMs: number | null = null;
  let fault = '';
  async function look(): Promise<RolloutView> {
    try {
      const { answer, at } = await api.sendDated<RolloutView>('GET', rolloutRoute(call, id));
      if (at !== null) aheadMs = Math.max(aheadMs ?? Number.NEGATIVE_INFINITY, at - outside.now());
      seen = answer;
      fault = '';
      return answer;
    } catch (error) {
      if (seen === null || !isPassing(error)) throw error;
      fault = tame(error.message);
      return seen;
    }
  }
  return Object.assign(look, { now: () => outside.now() + (aheadMs ?? 0), fault: () => fault });
}

/** A rollout goes on without whoever looks on: a service that restarts is no reason to stop looking. */
function isPassing(error: unknown): error is Failure {
  return error instanceof Failure && error.exit === 'failed' && error.code !== 'not-found';
}

interface Display {
  show(view: RolloutView, now: number, fault: string): void;
  close(): void;
}

function displayFor(call: Call): Display {
  const { outside, json } = call;
  const isLive = outside.stderr.isTerminal && outside.env['TERM'] !== 'dumb' && json === null;
  return isLive ? liveDisplay(outside) : plainDisplay(call);
}

/** A line for each thing that happens. */
function plainDisplay({ note }: Call): Display {
  let last = '';
  let lastFault = '';
  return {
    show(view, now, fault) {
      const outline = outlineOf(view);
      if (outline !== last) note(`${new Date(now).toISOString().slice(11, 19)} ${lineOf(view, now)}`);
      if (fault !== lastFault && fault !== '') note(fault);
      last = outline;
      lastFault = fault;
    },
    close: () => undefined,
  };
}

const SCREEN = {
  open: '\u001b[?1049h\u001b[?25l',
  close: '\u001b[?25h\u001b[?1049l',
  home: '\u001b[H',
  below: '\u001b[J',
};

/** Drawn anew on a screen of its own, so that what stood in the terminal before is there again afterwards. */
function liveDisplay(outside: Outside): Display {
  const paint = paintFor(outside, outside.stderr);
  let isOpen = false;
  return {
    show(view, now, fault) {
      const foot = fault === '' ? 'Ctrl-C ends looking: the rollout goes on.' : paint(fault, 'bad');
      const lines = [...screenOf(view, now, paint), '', foot];
      outside.stderr.write(
        `${isOpen ? '' : SCREEN.open}${SCREEN.home}${lines.map((line) => `${line}\u001b[K\n`).join('')}${SCREEN.below}`,
      );
      isOpen = true;
    },
    close() {
      if (isOpen) outside.stderr.write(SCREEN.close);
    },
  };
}
