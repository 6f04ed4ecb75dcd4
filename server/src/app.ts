import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { FastifyBaseLogger } from 'fastify';
import { registerAuditRoutes } from './audit/audit-routes.ts';
import type { AccessDeps } from './auth/access-write.ts';
import { registerApiTokenRoutes } from './auth/api-token-routes.ts';
import { createApiTokenService } from './auth/api-token-service.ts';
import { createDeviceLogins } from './auth/device-login.ts';
import { registerDeviceRoutes } from './auth/device-routes.ts';
import { openDirectory } from './auth/directory.ts';
import { registerMemberRoutes } from './auth/member-routes.ts';
import { createMemberService } from './auth/member-service.ts';
import { openPasswords } from './auth/password.ts';
import { registerSdkKeyRoutes } from './auth/sdk-key-routes.ts';
import { createSdkKeyService } from './auth/sdk-key-service.ts';
import { registerSessionRoutes } from './auth/session-routes.ts';
import { openSessions } from './auth/sessions.ts';
import { createSignIn } from './auth/sign-in.ts';
import { openVault } from './auth/vault.ts';
import { openClients } from './client/clients.ts';
import type { Random, ServiceClock } from './clock.ts';
import type { Config } from './config.ts';
import { isLoopbackHost } from './config.ts';
import { registerDefinitionsRoutes } from './definitions/definitions-routes.ts';
import { registerChangeRoutes } from './flags/change-routes.ts';
import { registerConfigRoutes } from './flags/config-routes.ts';
import { registerDefinitionRoutes } from './flags/definition-routes.ts';
import { registerDependencyRoutes } from './flags/dependency-routes.ts';
import { registerEvaluationRoutes } from './flags/evaluation-routes.ts';
import { FlagIndex } from './flags/flag-index.ts';
import { registerFlagRoutes } from './flags/flag-routes.ts';
import { registerPreviewRoutes } from './flags/preview-routes.ts';
import { engines } from './flags/re2.ts';
import { createRetirement } from './flags/retire.ts';
import { SegmentIndex } from './flags/segment-index.ts';
import { registerSegmentRoutes } from './flags/segment-routes.ts';
import { createChangeFlag, createChangeWithin } from './flags/write-path/flag-service.ts';
import type { Api } from './http/api.ts';
import { sessionCookies } from './http/cookies.ts';
import type { Health } from './http/health-routes.ts';
import { createRateLimit, type RateLimitOptions } from './http/limits.ts';
import { type KnownRoute, openHttpServer } from './http/server.ts';
import { openInstallation } from './installation.ts';
import { openLifecycle } from './lifecycle/lifecycle.ts';
import { openMetrics } from './metrics/metrics.ts';
import { openPressureGauge } from './metrics/pressure.ts';
import { openOfrep } from './ofrep/ofrep.ts';
import { prepareFirstStart } from './projects/first-start.ts';
import { registerProjectRoutes } from './projects/project-routes.ts';
import { createProjectService } from './projects/project-service.ts';
import { openReleases } from './releases.ts';
import { createFlagSets } from './served/flag-sets.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { type Hub, openHub } from './stream/hub.ts';
import { POLL_MS, STREAM_LIMITS, type StreamLimits } from './stream/limits.ts';
import { registerStreamRoutes } from './stream/stream-routes.ts';
import { openTidying } from './tidying.ts';
import { createIntake } from './usage/intake.ts';
import { registerReportRoutes } from './usage/report-routes.ts';
import { createReports } from './usage/reports.ts';
import { registerUsageRoutes } from './usage/usage-routes.ts';

/** Everything that one process is made of, as plain arguments. */
export interface AppOptions {
  readonly config: Config;
  readonly clock: ServiceClock;
  readonly random: Random;
  readonly logger: FastifyBaseLogger;
  /** Names this process among its replicas. */
  readonly replica: string;
  /** The built admin UI; null = none. */
  readonly uiFolder: string | null;
  /** Bytes in use now, and how many this process may have. */
  readonly memory: { readonly residentBytes: () => number; readonly totalBytes: number };
  /** Also memory, CPU and garbage collection of the process; once per process. */
  readonly withProcessMetrics: boolean;
  readonly streamLimits?: Partial<StreamLimits>;
  /** Told of every route. */
  readonly onRoute?: (route: KnownRoute) => void;
}

/** Where it can be reached, and what a person needs to begin. */
export interface Listening {
  readonly url: string;
  /** The same on this machine, past any proxy. */
  readonly localUrl: string;
  readonly setupLink: string | null;
  readonly sdkKeyFile: string | null;
}

export interface App {
  readonly store: Store;
  readonly hub: Hub;
  listen(): Promise<Listening>;
  /** Not ready any more; SDKs are asked to go elsewhere, requests finish. Waits for less once `hurry` resolves. */
  stop(hurry?: Promise<void>): Promise<void>;
}

/** Of one key: five thousand clients that report every ten seconds. */
const REPORTS_PER_MINUTE = 30_000;
/** Of one key and network: five hundred pages behind one address that report every five seconds. */
const BROWSER_REPORTS_PER_MINUTE = 6_000;
/** Of one network: ten devices that ask every five seconds. */
const DEVICE_POLLS_PER_MINUTE = 120;
/** Of one webhook: more than any pipeline deploys, and as many as a flood may cost. */
const HOOKS_PER_MINUTE = 600;
const LAST_REQUESTS_MS = 1_500;

/** Builds the whole service; it serves once `listen` is called. */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, clock, random, logger, replica } = options;
  const installation = openInstallation(config);
  const store = await openStore({
    url: config.databaseUrl,
    now: () => clock.now(),
    onProblem: (error) => logger.warn({ err: error }, 'the database has trouble'),
    ...(config.databaseListenUrl !== null && { listenUrl: config.databaseListenUrl }),
  });
  await clock.follow(() => store.databaseTime());
  const vault = openVault(installation.secret);
  const firstKey = await prepareFirstStart({ store, clock, vault });
  const directory = await openDirectory({ store, clock, logger });
  const metrics = openMetrics({ withProcess: options.withProcessMetrics });
  const pressure = openPressureGauge({
    clock,
    gauge: metrics.stream.eventLoopDelay,
    residentBytes: options.memory.residentBytes,
    memoryBytes: options.memory.totalBytes,
  });
  const limits = { ...streamLimits(config, store.dialect), ...options.streamLimits };
  const allowsOverrides = (environment: string) => directory.environment(environment)?.critical === false;
  const streaming = { store, clock, random, logger, replica, metrics: metrics.stream, limits, pressure };
  const hub = openHub({ ...streaming, allowsOverrides });
  await hub.start();
  directory.onRevoked((keyIds) => hub.revoke(keyIds));
  directory.onChanged(() => hub.rulesChanged());

  const access: AccessDeps = { store, clock, directory };
  const sessions = openSessions(store, clock, directory);
  const cookies = sessionCookies(config.publicUrl);
  const passwords = openPasswords();
  const limitOf = (options: Pick<RateLimitOptions, 'perMinute' | 'what'>, limit: string) =>
    createRateLimit(clock, { ...options, onRefused: () => metrics.rateLimited.inc({ limit }) });
  const { signInsPerMinute, apiRequestsPerMinute, evaluationsPerMinute } = config.limits;
  const signIn = createSignIn({
    ...access,
    passwords,
    secret: installation.secret,
    limit: limitOf({ perMinute: signInsPerMinute, what: 'attempts to sign in' }, 'sign-in'),
  });
  const flagSets = createFlagSets({ hub, engines });
  const evaluations = limitOf({ perMinute: evaluationsPerMinute, what: 'evaluations with this key' }, 'evaluation');
  const ofrep = openOfrep({
    hub,
    flagSets,
    directory,
    clock,
    random,
    metrics,
    secret: installation.secret,
    streamLimits: limits,
    isOverloaded: () => pressure.isOverloaded(),
    limit: evaluations,
  });
  const browsers = openClients({
    hub,
    flagSets,
    directory,
    clock,
    random,
    vault,
    metrics,
    logger,
    replica,
    evaluations,
    streamLimits: limits,
    isOverloaded: () => pressure.isOverloaded(),
  });
  let state: Health['state'] = 'starting';
  const api = await openHttpServer({
    logger,
    trustProxy: config.trustProxy,
    publicUrl: config.publicUrl,
    uiFolder: options.uiFolder,
    policy: {
      store,
      directory,
      sessions,
      cookies,
      publicOrigin: config.publicUrl,
      tickets: ofrep.tickets,
      apiLimit: limitOf({ perMinute: apiRequestsPerMinute, what: 'requests of this token' }, 'api'),
    },
    health: {
      health: () => (state === 'ready' ? { state, degraded: !hub.isCurrent } : { state }),
      metrics,
      metricsToken: config.metricsToken,
      isBehindProxy: config.trustProxy !== null || config.publicUrl !== null,
    },
    dialects: [ofrep.dialect, browsers.dialect],
    readableUrl: ofrep.readableUrl,
    ...(options.onRoute && { onRoute: options.onRoute }),
  });

  const newId = randomUUID;
  const changeFlag = createChangeFlag({
    store,
    clock,
    engines,
    newId,
    onCommitted(environments) {
      hub.wake();
      releases.flagsChanged(environments);
    },
  });
  const flags = new FlagIndex(store);
  const lifecycle = openLifecycle({
    store,
    clock,
    random,
    logger,
    replica,
    directory,
    changeFlag,
    flags,
    publicUrl: config.publicUrl,
    hasButtons: config.slackSigningSecret !== null,
  });
  const releases = openReleases({
    store,
    clock,
    logger,
    random,
    replica,
    hub,
    vault,
    directory,
    config,
    metrics: metrics.gates,
    secret: installation.secret,
    changeFlag,
    changeWithin: createChangeWithin({ clock, engines, newId }),
    onCommitted: () => hub.wake(),
    flagDesk: lifecycle.flagDesk,
    hookLimit: limitOf({ perMinute: HOOKS_PER_MINUTE, what: 'messages to this webhook' }, 'hooks'),
  });
  const projects = createProjectService({ ...access, newId, onCommitted: () => hub.wake() });
  const writes = { changeFlag, delivery: hub, reads: store };
  registerSessionRoutes(api, { ...access, sessions, cookies, signIn });
  registerMemberRoutes(api, { reads: store, members: createMemberService({ ...access, passwords }) });
  registerApiTokenRoutes(api, { apiTokens: createApiTokenService(access) });
  registerDeviceRoutes(api, {
    devices: createDeviceLogins(access),
    publicUrl: config.publicUrl,
    limits: {
      codes: limitOf({ perMinute: signInsPerMinute, what: 'codes of devices' }, 'device-codes'),
      polls: limitOf({ perMinute: DEVICE_POLLS_PER_MINUTE, what: 'questions of devices from here' }, 'device-polls'),
    },
  });
  registerProjectRoutes(api, { reads: store, projects });
  registerSdkKeyRoutes(api, { reads: store, sdkKeys: createSdkKeyService({ ...access, vault }) });
  registerFlagRoutes(api, { ...writes, flags, keysByLife: lifecycle.keysByLife });
  registerConfigRoutes(api, { ...writes, restoreByRollout: releases.restoreByRollout });
  const segments = new SegmentIndex(store);
  registerSegmentRoutes(api, { ...writes, flags, segments });
  registerDefinitionRoutes(api, writes);
  registerChangeRoutes(api, { ...writes, store });
  registerDefinitionsRoutes(api, { ...writes, clock, newId });
  registerEvaluationRoutes(api, { ...writes, engines, clock });
  registerPreviewRoutes(api, { ...writes, flags, segments, engines, clock, newId });
  registerDependencyRoutes(api, { delivery: hub, flags, segments });
  registerAuditRoutes(api, { reads: store });
  registerUsageRoutes(api, { store, environments: hub, clock });
  const reports = createReports({
    intake: createIntake(store, () => clock.now()),
    environments: hub,
    metrics: metrics.usage,
  });
  registerReportRoutes(api, {
    reports,
    limit: limitOf({ perMinute: REPORTS_PER_MINUTE, what: 'reports of counts with this key' }, 'events'),
  });
  releases.register(api);
  lifecycle.register(api);
  ofrep.register(api);
  await registerStreamRoutes(api, { hub, clock, logger, metrics: metrics.stream });
  browsers.register(api, {
    reports,
    limit: limitOf({ perMinute: BROWSER_REPORTS_PER_MINUTE, what: 'reports of counts from here' }, 'browser-events'),
  });
  await api.ready();
  const retireFlags = createRetirement({ store, changeFlag });
  const tidying = openTidying({ clock, logger, tasks: [(now) => store.prune(now), retireFlags, lifecycle.tidy] });

  return {
    store,
    hub,
    async listen() {
      await api.listen({ host: config.host, port: config.port });
      state = 'ready';
      const localUrl = addressOf(api, config.host);
      const url = config.publicUrl ?? localUrl;
      if (firstKey !== null) installation.writeSdkKey({ url, sdkKey: firstKey });
      const token = await signIn.setupToken();
      return {
        url,
        localUrl,
        setupLink: token === null ? null : `${url}/setup#${token}`,
        sdkKeyFile: installation.hasSdkKeyFile() ? installation.sdkKeyFile : null,
      };
    },
    async stop(hurry = new Promise(() => undefined)) {
      state = 'draining';
      await Promise.race([
        Promise.all([hub.drain(), browsers.drain()]),
        hurry,
        after(clock, config.drainMs - LAST_REQUESTS_MS),
      ]);
      ofrep.close();
      browsers.close();
      await closeServer(api, clock);
      tidying.stop();
      await Promise.all([releases.close(), lifecycle.close()]);
      pressure.close();
      directory.close();
      await hub.close();
      clock.close();
      await store.close();
    },
  };
}

function streamLimits({ limits }: Config, dialect: Store['dialect']): StreamLimits {
  const { connections, handshakesPerSecond, handshakesPerSecondOfKey } = limits;
  return {
    ...STREAM_LIMITS,
    pollMs: POLL_MS[dialect],
    connections,
    handshakesPerSecond,
    handshakeBurst: 2 * handshakesPerSecond,
    handshakesPerSecondOfKey,
  };
}

function addressOf(api: Api, host: string): string {
  const { port } = api.server.address() as AddressInfo;
  const isAnywhere = host === '0.0.0.0' || host === '::';
  const name = isLoopbackHost(host) || isAnywhere ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Lets the last requests finish, and ends what takes too long. */
async function closeServer(api: Api, clock: ServiceClock): Promise<void> {
  const timer = clock.setTimer(() => api.server.closeAllConnections(), LAST_REQUESTS_MS);
  await api.close();
  timer.cancel();
}

function after(clock: ServiceClock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, delayMs);
  });
}
