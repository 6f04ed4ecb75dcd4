import { randomUUID } from 'node:crypto';
import type { FlagConfig, Serve } from '@glidepath/core';
import type { ConfigInstruction } from '@glidepath/core/change';
import type { Cause as AuditCause } from '../audit/audited-write.ts';
import type { Principal } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import { engines } from '../flags/re2.ts';
import { aMember, openWorld, type World } from '../flags/world.contract.ts';
import type { ChangeOutcome, ChangeRequest, ChangeWithin } from '../flags/write-path/change.ts';
import { createChangeWithin } from '../flags/write-path/flag-service.ts';
import type { Verdict } from '../gates/gate.ts';
import type { RolloutRow } from '../store/rollouts.ts';
import type { ReleasePlan } from './plan.ts';
import { createRestoreByRollout, wayBackOf } from './restore.ts';
import type { RolloutState } from './rollout.ts';
import { createRolloutService, type RolloutService } from './rollout-service.ts';
import type { By, StartOrder } from './start.ts';
import { createStepper, type Stepper } from './stepper.ts';
import type { Coverage, Surroundings } from './surroundings.ts';
import { aPlan, aVerdict } from './world.contract.ts';

/** Rollouts over a real store with the write path, their time moved by hand: what tests of the engine stand on. */
export interface EngineWorld extends AsyncDisposable {
  readonly world: World;
  readonly service: RolloutService;
  /** Of one replica; `aStepper` gives others. */
  readonly stepper: Stepper;
  /** What other parts would answer. */
  readonly around: { freeze: string | null; coverage: Coverage | null; refusal: string | null };
  /** Another replica. */
  aStepper(): Stepper;
  /** What steps could not do; tests that expect none look here. */
  readonly troubles: unknown[];
  /** A flag that is on and serves `off` to everybody in production, or what `serve` says. */
  aFlag(key?: string, ...instructions: readonly ConfigInstruction[]): Promise<void>;
  /** Starts `aPlan()` on it, begun; answers its id. */
  start(plan?: Partial<ReleasePlan>, order?: Partial<StartOrder>): Promise<string>;
  /** Time passes, and whoever looks every ten seconds looks. Gates say what `says` until then; silent where null. */
  pass(ms: number, says?: Verdict['kind'] | null): Promise<void>;
  /** Every replica looks once. */
  look(): Promise<void>;
  judge(id: string, kind: Verdict['kind']): Promise<void>;
  change(...instructions: readonly ConfigInstruction[]): Promise<void>;
  /** Ends the kill of `checkout` by a rollout, as an operator asks for it. */
  restoreByRollout(asked?: Partial<ChangeRequest>): Promise<ChangeOutcome>;
  config(flag?: string): Promise<FlagConfig>;
  /** The compiled flag as SDKs get it, without its version. */
  body(flag?: string): Promise<string>;
  row(id: string): Promise<RolloutRow>;
  state(id: string): Promise<RolloutState['kind']>;
  /** States of its records, in order. */
  course(id: string): Promise<readonly string[]>;
}

export const ANA: By = by('ana');

export function by(name: string, cause: Partial<AuditCause> = {}): By {
  const principal: Principal = { ...(aMember('operator') as Extract<Principal, { kind: 'member' }>), id: name, name };
  return { principal, cause: { actor: `member:${name}`, origin: 'ui', requestId: null, ...cause } };
}

const QUIET = { info: () => undefined, warn: () => undefined };

export async function openEngine({
  url,
  isNew = true,
}: {
  readonly url?: string;
  /** Whether nothing is there yet. */
  readonly isNew?: boolean;
} = {}): Promise<EngineWorld> {
  const world = await openWorld({ environments: ['production'], isNew, ...(url === undefined ? {} : { url }) });
  const { store, project } = world;
  const [environment] = world.environments;
  if (environment === undefined) throw new Error('no environment');
  const clock: Clock = {
    now: () => world.time.now,
    monotonic: () => world.time.now,
    setTimer: () => ({ cancel: () => undefined }),
  };
  const troubles: unknown[] = [];
  const around: EngineWorld['around'] = { freeze: null, coverage: null, refusal: null };
  const surroundings: Surroundings = {
    freezeInForce: async () => around.freeze,
    coverageOf: async (_reads, { service, minVersion }) =>
      around.coverage ?? { service, minVersion, percent: 0, instances: 0, covered: 0, unknown: [] },
  };
  const changeWithin = createChangeWithin({ clock, engines, newId: randomUUID });
  const deps = {
    store,
    clock,
    surroundings,
    newId: randomUUID,
    random: () => 0,
    changeWithin: async (...asked: Parameters<ChangeWithin>) => {
      if (around.refusal !== null) throw new RefusedError({ code: 'validation', detail: around.refusal });
      return changeWithin(...asked);
    },
    onCommitted: () => undefined,
    onDue: () => undefined,
    logger: {
      ...QUIET,
      error: (told: object) => void troubles.push('err' in told ? told.err : told),
    },
  };
  const service = createRolloutService(deps);
  const restore = createRestoreByRollout({ ...deps, changeFlag: world.changeFlag });
  const stepper = createStepper(deps);

  const engine: EngineWorld = {
    world,
    service,
    stepper,
    around,
    troubles,
    aStepper: () => createStepper(deps),
    async aFlag(key = 'checkout', ...instructions) {
      await world.change({ create: 'flag', flag: { key, type: 'boolean', clientSide: true } });
      const off: Serve = { variation: 'off' };
      const set = { kind: 'set-fallthrough', serve: off } as const;
      await world.change({
        flag: key,
        environment: 'production',
        instructions: [{ kind: 'turn-on' }, set, ...instructions],
      });
    },
    async start(plan = {}, order = {}) {
      const whole: StartOrder = { project, environment, flag: 'checkout', plan: aPlan(plan), begins: true, ...order };
      return (await service.start(whole, ANA)).result.id;
    },
    async pass(ms, says = 'pass') {
      for (let open = ms; open > 0; open -= 10_000) {
        world.time.now += Math.min(open, 10_000);
        const live = await store.rollouts({ isLive: true, limit: 100 });
        for (const { rollout } of live) if (says !== null) await engine.judge(rollout.id, says);
        await engine.look();
      }
    },
    look: () => stepper.stepDue(() => false),
    async judge(id, kind) {
      const row = await engine.row(id);
      for (const { id: gate } of row.rollout.plan.gates)
        await store.putVerdict(id, aVerdict(kind, world.time.now, gate));
    },
    async change(...instructions) {
      await world.change({ flag: 'checkout', environment: 'production', instructions });
    },
    async restoreByRollout(asked = {}) {
      const instructions = wayBackOf(await engine.config());
      return restore({
        actor: ANA.principal,
        origin: 'ui',
        comment: 'it is mended',
        project: project.key,
        changes: [{ flag: 'checkout', environment: 'production', instructions }],
        ...asked,
      });
    },
    async config(flag = 'checkout') {
      const found = await store.document<FlagConfig>({ kind: 'flag-config', parent: environment.id, key: flag });
      if (found === null) throw new Error(`no flag ${flag}`);
      return found.body;
    },
    async body(flag = 'checkout') {
      const items = await store.items(environment.id);
      return JSON.stringify(items.find(({ key }) => key === flag)?.body);
    },
    async row(id) {
      const row = await store.rollout(id);
      if (row === null) throw new Error(`no rollout ${id}`);
      return row;
    },
    state: async (id) => (await engine.row(id)).rollout.state.kind,
    course: async (id) => (await store.rolloutRecords(id)).map(({ to, percent }) => `${to} ${percent}`),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
  return engine;
}
