import type { Verdict } from '../gates/gate.ts';
import { by, type EngineWorld } from './engine.contract.ts';
import { aPlan } from './world.contract.ts';

/** Every point at which a process may end while a rollout moves. */
export const POINTS = [
  'command-before-lock',
  'command-after-lock',
  'command-after-check',
  'command-after-commit',
  'start-after-row',
  'start-after-record',
  'step-before-lock',
  'step-after-lock',
  'step-after-facts',
  'step-after-decision',
  'step-after-count',
  'step-after-audit',
  'step-after-event',
  'step-after-commit',
  'settle-before-change',
  'settle-after-change',
  'settle-after-incident',
  'settle-after-row',
  'settle-after-gates',
  'settle-after-record',
  'settle-after-audit',
  'before-commit',
  'after-commit',
] as const;

/** Of one rollout, from its start to its end: plain data, so that another process can go on with it. */
export interface Course {
  readonly flag: string;
  /** What the flag was compiled to, and what there was, before it. */
  readonly body: string;
  readonly before: Measured;
  /** Null until its start was answered. */
  readonly id: string | null;
  /** How many steps are done. */
  readonly done: number;
}

export interface Measured {
  readonly versions: number;
  readonly records: number;
  readonly messages: number;
  readonly incidents: number;
}

/** What a course has left behind: the same whatever happened on its way. */
export interface Trace extends Measured {
  readonly course: readonly (readonly unknown[])[];
  /** Whether the flag is what it was. */
  readonly isBack: boolean;
}

export async function beganCourse(engine: EngineWorld, flag: string): Promise<Course> {
  await engine.aFlag(flag);
  return { flag, body: await engine.body(flag), before: await measured(engine), id: null, done: 0 };
}

type Step = (engine: EngineWorld, course: Course) => Promise<Course>;

/** Started, on to 10 %, advanced by hand, harmed, back. Each can be done again by whoever has no answer to it. */
export const STEPS: readonly Step[] = [
  started,
  ...ticks(4, 'pass'),
  advanced,
  ...ticks(2, 'pass'),
  ...ticks(3, 'fail'),
];

async function started(engine: EngineWorld, course: Course): Promise<Course> {
  const { project, environments } = engine.world;
  const [environment] = environments;
  if (environment === undefined) throw new Error('no environment');
  const order = { project, environment, flag: course.flag, plan: aPlan(), begins: true };
  const { result } = await engine.service.start(order, asked(course, 'start'));
  return { ...course, id: result.id };
}

async function advanced(engine: EngineWorld, course: Course): Promise<Course> {
  const { id, flag } = course;
  const advance = { kind: 'advance' } as const;
  const projectId = engine.world.project.id;
  await engine.service.command(projectId, id ?? '', advance, asked(course, 'advance'), { confirm: flag });
  return course;
}

function ticks(count: number, says: Verdict['kind']): readonly Step[] {
  return Array.from(
    { length: count },
    (): Step => async (engine, course) => {
      await engine.pass(10_000, says);
      return course;
    },
  );
}

/** With a key, as a client asks that may have to ask again. */
function asked({ flag }: Course, name: string) {
  return by('ana', { idempotency: { principal: 'member:ana', key: `${flag}-${name}`, request: name } });
}

export async function traceOf(engine: EngineWorld, { flag, id, body, before }: Course): Promise<Trace> {
  const after = await measured(engine);
  const records = await engine.world.store.rolloutRecords(id ?? '');
  return {
    course: records.map(({ from, to, stage, percent, cause, actor, version }) => [
      from,
      to,
      stage,
      percent,
      cause,
      actor,
      version !== null,
    ]),
    isBack: (await engine.body(flag)) === body,
    versions: after.versions - before.versions,
    records: after.records - before.records,
    messages: after.messages - before.messages,
    incidents: after.incidents - before.incidents,
  };
}

async function measured({ world }: EngineWorld): Promise<Measured> {
  const { production = 0 } = await world.versions();
  return {
    versions: production,
    records: (await world.store.auditHead()).seq,
    messages: (await world.store.waitingEvents(100_000)).length,
    incidents: (await world.store.documents('incident')).length,
  };
}
