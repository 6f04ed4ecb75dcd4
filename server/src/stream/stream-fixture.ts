import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { REFUSALS, RefusedError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import type { Logger } from '../log.ts';
import { type Metrics, openMetrics } from '../metrics/metrics.ts';
import { openStore } from '../store/open-store.ts';
import type { EnvironmentChange, ItemWrite, Store } from '../store/store.ts';
import { createManualClock, type ManualClock } from '../test-clock.ts';
import { type Hub, openHub } from './hub.ts';
import { POLL_MS, STREAM_LIMITS, type StreamLimits } from './limits.ts';
import { registerStreamRoutes } from './stream-routes.ts';

/** The stream of one environment over a real database and real sockets, for tests; time stands still until they move it. */
export interface StreamFixture {
  readonly url: string;
  readonly environment: string;
  readonly hub: Hub;
  readonly store: Store;
  readonly databaseFile: string;
  readonly clock: ManualClock;
  readonly metrics: Metrics;
  readonly pressure: { isOverloaded: boolean; isMemoryShort: boolean };
  /** Of the environment; the hub has to be told of changes. */
  readonly rules: { areOverridesAllowed: boolean };
  /** What was logged, level by level. */
  readonly logged: readonly { readonly level: string; readonly fields: object; readonly message: string }[];
  /** Commits items and wakes the hub. */
  commit(items: readonly ItemWrite[], options?: CommitOptions): Promise<EnvironmentChange>;
  /** Moves time on, and lets what falls due happen. */
  pass(ms: number): Promise<void>;
  /** Ends the process of the service and starts it anew over the same database. */
  restart(): Promise<StreamFixture>;
  close(): Promise<void>;
}

interface CommitOptions {
  readonly urgent?: boolean;
  readonly isAsleep?: boolean;
}

export interface FixtureOptions {
  readonly limits?: Partial<StreamLimits>;
  readonly folder?: string;
  /** Another database than a file of its own. */
  readonly databaseUrl?: string;
  readonly replica?: string;
  readonly startAt?: number;
  readonly random?: () => number;
}

/** Keys that the fixture lets in: `Bearer <id>` is the server key of that id. */
export const KEY = 'key-1';

export async function openStreamFixture(options: FixtureOptions = {}): Promise<StreamFixture> {
  const folder = options.folder ?? mkdtempSync(path.join(os.tmpdir(), 'glidepath-stream-'));
  const clock = createManualClock(options.startAt ?? Date.UTC(2026, 0, 1));
  const databaseFile = path.join(folder, 'glidepath.db');
  const store = await openStore({ url: options.databaseUrl ?? `file:${databaseFile}`, now: clock.now });
  const environment = await environmentOf(store);
  const metrics = openMetrics({ withProcess: false });
  const logged: { level: string; fields: object; message: string }[] = [];
  const log = (level: string) => (fields: object, message: string) => void logged.push({ level, fields, message });
  const logger: Logger = { info: log('info'), warn: log('warn'), error: log('error') };
  const pressure = { isOverloaded: false, isMemoryShort: false };
  const rules = { areOverridesAllowed: false };
  const hub = openHub({
    store,
    clock,
    random: options.random ?? (() => 0.5),
    logger,
    replica: options.replica ?? 'r1',
    metrics: metrics.stream,
    limits: { ...STREAM_LIMITS, pollMs: POLL_MS[store.dialect], ...options.limits },
    pressure: {
      isOverloaded: () => pressure.isOverloaded || pressure.isMemoryShort,
      isMemoryShort: () => pressure.isMemoryShort,
    },
    allowsOverrides: () => rules.areOverridesAllowed,
  });
  await hub.start();
  const api = openApi(environment);
  await registerStreamRoutes(api, { hub, clock, logger, metrics: metrics.stream });
  await api.listen({ port: 0, host: '127.0.0.1' });
  const { port } = api.server.address() as AddressInfo;

  const stop = async () => {
    await hub.close();
    await api.close();
    await store.close();
  };

  return {
    url: `http://127.0.0.1:${port}`,
    environment,
    hub,
    store,
    databaseFile,
    clock,
    metrics,
    pressure,
    rules,
    logged,
    async commit(items, { urgent = false, isAsleep = false } = {}) {
      const request = { environment, changeId: `change-${clock.now()}`, urgent, items };
      const change = await store.write([environment], (tx) => tx.publish(request));
      if (change === null) throw new Error('the commit changes nothing');
      if (!isAsleep) hub.wake();
      return change;
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= 250) {
        clock.moveTo(clock.now() + Math.min(left, 250));
        await settled();
      }
    },
    async restart() {
      await stop();
      return openStreamFixture({ ...options, folder, startAt: clock.now() });
    },
    async close() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lets callbacks, sockets and the database have their turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}

function openApi(environment: string): Api {
  const api: Api = fastify({ forceCloseConnections: true }).withTypeProvider<ZodTypeProvider>();
  api.setValidatorCompiler(validatorCompiler);
  api.setSerializerCompiler(serializerCompiler);
  api.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof RefusedError)) throw error;
    const { code, detail, retryAfter, extra } = error.refusal;
    if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
    return reply.code(REFUSALS[code]).send({ code, detail, ...extra });
  });
  api.addHook('onRequest', async (request) => {
    const id = /^Bearer (key-\d+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (id === undefined) throw new RefusedError({ code: 'unauthenticated', detail: 'unknown key' });
    request.principal = { kind: 'server-key', id, environment };
  });
  return api;
}

async function environmentOf(store: Store): Promise<string> {
  const [known] = await store.documents('environment');
  if (known !== undefined) return known.id;
  return store.write([], async (tx) => {
    const project = await tx.put({ kind: 'project', parent: '', key: 'shop' }, { key: 'shop' }, 0);
    const ref = { kind: 'environment', parent: project.id, key: 'production' } as const;
    const { id } = await tx.put(ref, { key: 'production' }, 0);
    await tx.createEnvironment(id, '00112233aabbccdd');
    return id;
  });
}
