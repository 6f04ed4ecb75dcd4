import { openMetrics } from '../metrics/metrics.ts';
import { type EngineWorld, openEngine } from '../rollouts/engine.contract.ts';
import { createIntake } from '../usage/intake.ts';
import { reportSchema } from '../usage/report-schema.ts';
import { createReports, type Reports } from '../usage/reports.ts';
import type { Verdict } from './gate.ts';
import type { Sources } from './gate-world.ts';
import { type Judge, openJudge } from './judge-loop.ts';

/** What one arm has seen, by its 32 shards. */
export interface ArmReport {
  readonly n: readonly number[];
  readonly err: readonly number[];
  readonly people?: readonly number[];
  readonly lat?: readonly { readonly g: number; readonly o: number; readonly c: readonly number[] }[];
}

/** Rollouts whose gates judge what SDKs report: engine, judge and the intake of reports over one store. */
export interface JudgedWorld extends AsyncDisposable {
  readonly engine: EngineWorld;
  readonly judge: Judge;
  readonly reports: Reports;
  /** What went wrong inside, as the log has it. */
  readonly errors: unknown[];
  /** Reports the arms of the stage in force, as an SDK does; there is no control where everybody is treated. */
  report(stage: number, arms: { readonly t: ArmReport; readonly c?: ArmReport }): Promise<void>;
  /** Reports failures of the treatment as a page does: `n` of them, all of one person. */
  reportOfPage(stage: number, n: number): Promise<void>;
  /** Any report; a new one each time unless it has a number. */
  send(report: Record<string, unknown>): Promise<boolean>;
  /** Ten seconds pass, gates are asked, and whoever looks looks. */
  tick(): Promise<void>;
  verdict(rollout: string, gate: string): Promise<Verdict | null>;
  flagVersion(): Promise<number>;
}

export const NO_SOURCES: Sources = {
  outbound: {
    send: async () => ({ kind: 'refused', reason: 'nobody may be asked' }),
    problemOf: async () => 'nobody may be asked',
  },
  prometheus: null,
  sign: null,
};

export async function openJudged({
  sources = NO_SOURCES,
  url,
}: {
  readonly sources?: Sources;
  readonly url?: string;
} = {}): Promise<JudgedWorld> {
  const engine = await openEngine(url === undefined ? {} : { url });
  const { world } = engine;
  const { store } = world;
  const [environment] = world.environments;
  if (environment === undefined) throw new Error('no environment');
  const errors: unknown[] = [];
  const metrics = openMetrics({ withProcess: false });
  const clock = {
    now: () => world.time.now,
    monotonic: () => world.time.now,
    setTimer: () => ({ cancel: () => undefined }),
  };
  const told = (what: object): void => void errors.push('err' in what ? what.err : what);
  const judge = openJudge({
    store,
    clock,
    sources,
    logger: { info: () => undefined, warn: told, error: told },
    metrics: metrics.gates,
    coverageOf: async () => ({ instances: 0, covered: 0 }),
    onHarm: () => undefined,
  });
  const served = async () => {
    const items = await store.items(environment.id);
    const [head] = await store.heads([environment.id]);
    return {
      version: head?.version ?? 0,
      items: new Map(items.map((item) => [`${item.kind}\t${item.key}`, item] as const)),
    };
  };
  let view = await served();
  const reports = createReports({
    intake: createIntake(store, () => world.time.now),
    environments: { environment: () => view, readPrimary: async () => true },
    metrics: metrics.usage,
  });
  let seq = 0;

  const judged: JudgedWorld = {
    engine,
    judge,
    reports,
    errors,
    async report(stage, arms) {
      const fv = await judged.flagVersion();
      const entry = (arm: 't' | 'c', { n, err, people, lat }: ArmReport) => ({
        flag: 'checkout',
        fv,
        var: arm === 't' ? 'on' : 'off',
        arm,
        stage,
        op: 'POST /pay',
        n: n.reduce((sum, count) => sum + count, 0),
        err: err.reduce((sum, count) => sum + count, 0),
        shards: { n, err, ...(people && { people }) },
        ...(lat && { lat }),
      });
      await judged.send({ health: [entry('t', arms.t), ...(arms.c ? [entry('c', arms.c)] : [])] });
    },
    async reportOfPage(stage, n) {
      view = await served();
      seq += 1;
      const counts = Array.from({ length: 32 }, (_, shard) => (shard === seq % 32 ? n : 0));
      const health = {
        flag: 'checkout',
        fv: await judged.flagVersion(),
        var: 'on',
        arm: 't',
        stage,
        op: 'POST /pay',
        n,
        err: n,
        shards: { n: counts, err: counts },
      };
      const whole = { schema: 1, instance: 'page', seq, sdk: 'browser/1', from: 0, to: 1, health: [health] };
      await reports.take(reportSchema.parse(whole), { environment: environment.id, isBrowser: true });
    },
    async send(report) {
      view = await served();
      seq += 1;
      const whole = { schema: 1, instance: 'api-1', seq, sdk: 'node/1', from: 0, to: 1, ...report };
      return reports.take(reportSchema.parse(whole), { environment: environment.id, isBrowser: false });
    },
    async tick() {
      world.time.now += 10_000;
      await judge.ask();
      await engine.look();
    },
    async verdict(rollout, gate) {
      const checks = await store.gateChecks(rollout);
      return checks.find((check) => check.gate === gate)?.verdict ?? null;
    },
    async flagVersion() {
      const items = await store.items(environment.id);
      return items.find(({ key }) => key === 'checkout')?.rev ?? 0;
    },
    async [Symbol.asyncDispose]() {
      await judge.close();
      await engine[Symbol.asyncDispose]();
    },
  };
  return judged;
}
