import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Item, Re2 } from '@glidepath/core';
import { digestOf, encode, type ServerFrame } from '@glidepath/core/protocol';
import { createAmbient } from './ambient.ts';
import { nodeDisk } from './disk.ts';
import { seal, sign } from './node-crypto.ts';
import type { HttpAnswer, Platform, SocketEvents } from './platform.ts';

const EPOCH = '00000000000000aa';
const ITEMS_PER_FRAME = 500;

interface Pending {
  readonly at: number;
  readonly callback: () => void;
}

/** A platform whose time, chance and server belong to the test. */
export interface TestPlatform extends Platform {
  readonly lines: readonly string[];
  readonly sent: readonly Record<string, unknown>[];
  /** Sockets that were opened and not yet closed by either side. */
  readonly openSockets: number;
  readonly connects: number;
  /** Requests for the payload so far. */
  readonly polls: number;
  /** Timers that are set. */
  readonly timers: number;
  advance(ms: number): void;
  /** Every socket is refused, as by a machine where nobody listens. */
  refusesSockets: boolean;
  /** How long before its moment a timer fires, as Node's do by up to a millisecond. */
  earlyByMs: number;
  /** The server accepts the newest socket, and answers its `hello` with the whole environment. */
  accept(version: number, items: readonly Item[], more?: { readonly overrides?: true }, until?: 'in the middle'): void;
  frame(frame: ServerFrame): void;
  /** Whatever a server may send. */
  frameText(text: string): void;
  /** Bytes of a frame arrive. */
  hear(): void;
  closeSocket(how?: Parameters<SocketEvents['closed']>[0]): void;
  answerPolls(answer: HttpAnswer): void;
  /** How reports of counts are answered from now on; null = not at all. */
  answerReports(answer: HttpAnswer | null): void;
  /** All reports that were sent, in order. */
  readonly reports: readonly Report[];
  /** The process has nothing left to do. */
  exit(): void;
}

/** A report of counts as it went out. */
export interface Report {
  readonly seq: number;
  readonly evals: readonly Readonly<Record<string, unknown>>[];
  readonly missing: readonly (readonly unknown[])[];
  readonly dropped: number;
  readonly [more: string]: unknown;
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

export const digest = (items: readonly Item[]): string => digestOf(items, hash);

export function testPlatform(environment: Record<string, string> = {}): TestPlatform {
  const lines: string[] = [];
  const sent: Record<string, unknown>[] = [];
  const timers = new Set<Pending>();
  let now = 0;
  let socket: SocketEvents | null = null;
  let connects = 0;
  let polls = 0;
  let pollAnswer: HttpAnswer = { kind: 'none' };
  let reportAnswer: HttpAnswer | null = { kind: 'answer', status: 202, text: '{}' };
  const reports: Report[] = [];
  const exitListeners = new Set<() => void>();
  const log = (line: string): void => {
    lines.push(line);
  };

  const setTimer = (callback: () => void, delayMs: number): (() => void) => {
    const pending = { at: now + Math.max(0, delayMs - Math.min(platform.earlyByMs, delayMs / 2)), callback };
    timers.add(pending);
    return () => timers.delete(pending);
  };

  const platform: TestPlatform = {
    sdk: 'node/test',
    earlyByMs: 0,
    refusesSockets: false,
    environment,
    logger: { debug: log, info: log, warn: log, error: log },
    lines,
    sent,
    get openSockets() {
      return socket ? 1 : 0;
    },
    get connects() {
      return connects;
    },
    get polls() {
      return polls;
    },
    get timers() {
      return timers.size;
    },
    monotonic: () => now,
    now: () => 1_800_000_000_000 + now,
    random: () => 0.5,
    uuid: () => '00000000-0000-4000-8000-000000000000',
    hash,
    setTimer,
    openSocket(_asked, events) {
      connects += 1;
      if (platform.refusesSockets) {
        const cancel = setTimer(() => events.closed({}), 1);
        return { send: () => undefined, terminate: cancel };
      }
      socket = events;
      return {
        send: (text) => sent.push(JSON.parse(text)),
        terminate: () => {
          if (socket === events) socket = null;
        },
      };
    },
    getPayload(_asked, done) {
      polls += 1;
      return setTimer(() => done(pollAnswer), 1);
    },
    postReport({ text }, done) {
      reports.push(JSON.parse(text));
      const answer = reportAnswer;
      return answer === null ? () => undefined : setTimer(() => done(answer), 1);
    },
    beforeExit(listener) {
      exitListeners.add(listener);
      return () => exitListeners.delete(listener);
    },
    reports,
    exit() {
      for (const listener of [...exitListeners]) listener();
    },
    createAmbient,
    sign,
    seal,
    disk: nodeDisk,
    loadRe2: () => (createRequire(import.meta.url)('re2js') as { RE2JS: Re2 }).RE2JS,
    advance(ms) {
      const end = now + ms;
      for (let due = earliest(timers, end); due; due = earliest(timers, end)) {
        timers.delete(due);
        now = Math.max(now, due.at);
        due.callback();
      }
      now = end;
    },
    accept(version, items, more = {}, until) {
      socket?.opened();
      const whole = digest(items);
      this.frame({
        t: 'welcome',
        conn: 'c1',
        epoch: EPOCH,
        head: version,
        digest: whole,
        intent: 'full',
        reason: 'cold',
        rebase: false,
        hb: 25_000,
        schema: 1,
        limits: { frame: 262_144, items: 20_000, bytes: 16_777_216 },
        ...more,
      });
      this.frame({ t: 'begin', epoch: EPOCH, v: version, items: items.length, bytes: JSON.stringify(items).length });
      if (until === 'in the middle') return;
      for (let at = 0; at < items.length; at += ITEMS_PER_FRAME)
        this.frame({ t: 'items', items: items.slice(at, at + ITEMS_PER_FRAME) });
      this.frame({ t: 'commit', v: version, digest: whole, ...(items.length === 0 ? { empty: true as const } : {}) });
    },
    frame: (frame) => socket?.frame(encode(frame)),
    frameText: (text) => socket?.frame(text),
    hear: () => socket?.heard(),
    closeSocket(how = { code: 1006 }) {
      const closing = socket;
      socket = null;
      closing?.closed(how);
    },
    answerPolls(answer) {
      pollAnswer = answer;
    },
    answerReports(answer) {
      reportAnswer = answer;
    },
  };
  return platform;
}

function earliest(timers: ReadonlySet<Pending>, until: number): Pending | null {
  let first: Pending | null = null;
  for (const timer of timers) if (timer.at <= until && (first === null || timer.at < first.at)) first = timer;
  return first;
}
