// Clients of the built SDK whose time and chance belong to a test, driven over IPC by `startTimedClients` (timed-control.ts).
// Sockets are real: time stands still while anything is on its way.
import { subscribe } from 'node:diagnostics_channel';
import dns from 'node:dns';
import type { ClientRequest } from 'node:http';
import { createClient, type FlagsClient } from '@glidepath/sdk-node';
import { createChance } from '../sim/chance.ts';
import type { TimedAnswer, TimedClient, TimedRequest, TimedView } from './timed-control.ts';

interface Timer {
  readonly at: number;
  readonly run: () => void;
  unref(): void;
}

interface Attempts {
  readonly stream: number[];
  readonly poll: number[];
}

const timers = new Set<Timer>();
const faults: string[] = [];
/** By name; a client asks already while it is made. */
const clients = new Map<string, FlagsClient>();
const attempts = new Map<string, Attempts>();
const logged = new Map<string, string[]>();
/** Requests without an answer, and streams that the server has opened. */
const asked = new Set<ClientRequest>();
const streams = new Map<string, number>();
let now = 0;

process.on('uncaughtException', (error) => faults.push(`exception: ${error}`));
process.on('unhandledRejection', (error) => faults.push(`rejection: ${error}`));
// Names that nobody has are not asked for outside of this machine.
Object.assign(dns, {
  lookup: (name: string, ...rest: readonly unknown[]) => {
    const done = rest.at(-1) as (error: Error) => void;
    setImmediate(() => done(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' })));
  },
});
subscribe('http.client.request.start', (message) => {
  const { request } = message as { readonly request: ClientRequest };
  const name = nameIn(request.path);
  attempts.get(name)?.[request.hasHeader('upgrade') ? 'stream' : 'poll'].push(now);
  asked.add(request);
  request.once('close', () => asked.delete(request));
  request.once('upgrade', (_response, socket) => {
    asked.delete(request);
    streams.set(name, (streams.get(name) ?? 0) + 1);
    socket.once('close', () => streams.set(name, (streams.get(name) ?? 0) - 1));
  });
});

/** Each has a path of its own, by which it is known at both ends. */
const nameIn = (path: string): string => path.split('/')[1] ?? '';

/** A client takes time, timers and chance as they are when it is made. */
function madeWith<T>(seed: number, make: () => T): T {
  const { setTimeout, clearTimeout } = globalThis;
  const { random } = Math;
  const real = performance.now;
  const chance = createChance(seed);
  Object.assign(globalThis, {
    setTimeout: (run: () => void, delayMs = 0): Timer => {
      const timer = { at: now + delayMs, run, unref: () => undefined };
      timers.add(timer);
      return timer;
    },
    clearTimeout: (timer: Timer) => timers.delete(timer),
  });
  Math.random = chance.next;
  performance.now = () => now;
  try {
    return make();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
    Math.random = random;
    performance.now = real;
  }
}

function made({ options, seed = 1, isListenerBroken = false }: TimedClient): void {
  const name = nameIn(new URL(options.url ?? '').pathname);
  attempts.set(name, { stream: [], poll: [] });
  const lines: string[] = [];
  logged.set(name, lines);
  const log = (line: string): void => void lines.push(line);
  const logger = { debug: log, info: log, warn: log, error: log };
  const flags = madeWith(seed, () => createClient({ events: false, ...options, instance: name, logger }));
  clients.set(name, flags);
  if (isListenerBroken)
    flags.on('change', () => {
      throw new Error('a fault of the application');
    });
}

const isQuiet = (): boolean =>
  asked.size === 0 &&
  [...streams].every(([name, open]) => open === 0 || clients.get(name)?.status.connection === 'streaming');

/** Whatever came in has been dealt with. */
async function quiet(): Promise<void> {
  for (let turns = 0; turns < 3; turns = isQuiet() ? turns + 1 : 0) await new Promise(setImmediate);
}

async function advance(ms: number): Promise<void> {
  const end = now + ms;
  for (;;) {
    await quiet();
    const due = [...timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
    if (due === undefined) break;
    timers.delete(due);
    now = Math.max(now, due.at);
    due.run();
  }
  now = end;
}

type Contexts = Extract<TimedRequest, { do: 'look' }>['contexts'];

function viewOf([name, flags]: readonly [string, FlagsClient], contexts: Contexts): TimedView {
  const { state, connection, environmentVersion: version, lastError, source } = flags.status;
  const { value, reason } = flags.variationDetail('good', { key: 'anybody' }, null as unknown);
  const bad = contexts.map((context) => {
    const answer = flags.variationDetail('bad', context as never, null as unknown);
    return answer.reason.kind === 'ERROR' && answer.variation !== null ? 'wrong' : answer.reason.kind;
  });
  const known = { state, connection, version, lastError: lastError?.code ?? null, source };
  return {
    ...known,
    good: value,
    goodReason: reason.kind,
    bad,
    lines: logged.get(name) ?? [],
    attempts: attempts.get(name) ?? { stream: [], poll: [] },
  };
}

function evaluateMany(
  flags: FlagsClient,
  { times, flags: keys, users }: Extract<TimedRequest, { do: 'evaluate' }>,
): void {
  for (let i = 0; i < times; i += 1) flags.variation(`flag-${i % keys}`, { key: `u-${i % users}` }, false);
}

async function answer(request: TimedRequest): Promise<TimedAnswer> {
  switch (request.do) {
    case 'make':
      for (const client of request.clients) made(client);
      await quiet();
      return { faults };
    case 'advance':
      await advance(request.ms);
      return { faults };
    case 'look':
      return { clients: [...clients].map((one) => viewOf(one, request.contexts)), faults };
    case 'evaluate':
      for (const flags of clients.values()) evaluateMany(flags, request);
      return { faults };
    case 'close': {
      const closing = [...clients.values()].map((flags) => flags.close());
      await advance(10_000);
      await Promise.all(closing);
      clients.clear();
      attempts.clear();
      logged.clear();
      streams.clear();
      return { faults };
    }
  }
}

process.on('message', async (message: { readonly id: number; readonly request: TimedRequest }) => {
  process.send?.({ id: message.id, answer: await answer(message.request) });
});
