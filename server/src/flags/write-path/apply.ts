import type { Flag, FlagConfig, Segment, SegmentConfig } from '@glidepath/core';
import type { Applied, ChangeFacts, EnvironmentView, Instruction, Surroundings } from '@glidepath/core/change';
import {
  applyToConfig,
  applyToFlag,
  applyToSegment,
  applyToSegmentConfig,
  createFlag,
  createSegment,
  describeInstruction,
  usersOfSegment,
} from '@glidepath/core/change';
import { describePlan } from '@glidepath/core/definition';
import { RefusedError } from '../../errors.ts';
import type { EnvironmentBody } from '../../store/documents.ts';
import type { DocumentRef, StoredDocument } from '../../store/store.ts';
import { refuseUnconfirmed } from './archive-guard.ts';
import type { DocumentChange } from './change.ts';
import { refuseStale } from './conflict.ts';
import { environmentView } from './environment-view.ts';
import { isGone } from './items.ts';
import { notFound, refuse } from './refuse.ts';
import type { FlagDocumentKind, Workspace } from './workspace.ts';

/** What one part of a change did to one document, in instructions and in words. */
export interface Step {
  readonly ref: DocumentRef & { readonly kind: FlagDocumentKind };
  readonly instructions: readonly unknown[];
  readonly summary: readonly string[];
}

/** Applies one part of a change to the workspace, or refuses; `pointer` leads to the part in the body. */
export async function applyPart(
  workspace: Workspace,
  part: DocumentChange,
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  if ('create' in part) {
    return part.create === 'flag'
      ? makeFlag(workspace, part.flag, facts, `${pointer}/flag`)
      : makeSegment(workspace, part.segment, facts, `${pointer}/segment`);
  }
  if ('delete' in part) return dropSegment(workspace, part, pointer);
  if ('retire' in part) return retireFlag(workspace, part.flag, facts);
  if ('plan' in part) return alterPlan(workspace, part);
  const steps = `${pointer}/instructions`;
  if ('flag' in part) {
    return 'environment' in part
      ? alterConfig(workspace, part, facts, steps)
      : alterFlag(workspace, part, facts, steps);
  }
  return 'environment' in part
    ? alterSegmentConfig(workspace, part, facts, steps)
    : alterSegment(workspace, part, steps);
}

type Part<K extends string> = Extract<DocumentChange, Record<K, unknown>>;
type Instructing = Extract<DocumentChange, { instructions: unknown }>;
type FlagPart = Exclude<Extract<Instructing, { flag: string }>, { environment: string }>;
type ConfigPart = Extract<Instructing, { flag: string; environment: string }>;
type SegmentPart = Exclude<Extract<Instructing, { segment: string }>, { environment: string }>;
type SegmentConfigPart = Extract<Instructing, { segment: string; environment: string }>;

function documentOf<D>(result: Applied<D>, pointer: string): D {
  return result.kind === 'applied' ? result.document : refuse(result.problems, pointer);
}

const ifApplied = <D>(result: Applied<D>): D | null => (result.kind === 'applied' ? result.document : null);

function environmentNamed(workspace: Workspace, key: string): StoredDocument<EnvironmentBody> {
  const { environments, project } = workspace.place;
  const found = environments.find((environment) => environment.key === key);
  if (found === undefined) throw notFound('environment', key, `project \`${project.key}\``);
  return found;
}

async function flagNamed(workspace: Workspace, key: string): Promise<Flag> {
  const flag = await workspace.flag(key);
  if (flag === null) throw notFound('flag', key, `project \`${workspace.place.project.key}\``);
  return flag;
}

async function segmentNamed(workspace: Workspace, key: string): Promise<Segment> {
  const segment = await workspace.segment(key);
  if (segment === null) throw notFound('segment', key, `project \`${workspace.place.project.key}\``);
  return segment;
}

const sentences = (instructions: readonly Instruction[], surroundings: Surroundings = {}): readonly string[] =>
  instructions.map((instruction) => describeInstruction(instruction, surroundings));

async function alterConfig(
  workspace: Workspace,
  part: ConfigPart,
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  const environment = environmentNamed(workspace, part.environment);
  const flag = await flagNamed(workspace, part.flag);
  const ref = { kind: 'flag-config', parent: environment.id, key: flag.key } as const;
  const apply = (config: FlagConfig) => applyToConfig(flag, config, part.instructions, facts);
  await refuseStale(workspace, { ref, expected: part.expectedRevision, wanted: (base) => ifApplied(apply(base)) });
  const config = await workspace.config(environment.id, flag.key);
  if (config === null) throw notFound('configuration of flag', flag.key, `environment \`${environment.key}\``);
  await workspace.write(ref, documentOf(apply(config), pointer));
  return [
    {
      ref,
      instructions: part.instructions,
      summary: sentences(part.instructions, { environment: environment.key, config }),
    },
  ];
}

async function alterPlan(workspace: Workspace, part: Part<'plan'>): Promise<readonly Step[]> {
  const environment = environmentNamed(workspace, part.environment);
  const flag = await flagNamed(workspace, part.flag);
  const ref = { kind: 'flag-plan', parent: environment.id, key: flag.key } as const;
  const { plan } = part;
  await refuseStale<'flag-plan'>(workspace, { ref, expected: part.expectedRevision, wanted: () => ({ plan }) });
  await workspace.write<'flag-plan'>(ref, { plan });
  return [{ ref, instructions: [{ kind: 'set-plan', plan }], summary: [describePlan(plan, environment.key)] }];
}

async function alterFlag(
  workspace: Workspace,
  part: FlagPart,
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  const flag = await flagNamed(workspace, part.flag);
  const ref = { kind: 'flag', parent: workspace.place.project.id, key: flag.key } as const;
  const environments = await viewsFor(workspace, part);
  const apply = (present: Flag) => applyToFlag(present, part.instructions, { ...facts, environments });
  await refuseStale(workspace, { ref, expected: part.expectedRevision, wanted: (base) => ifApplied(apply(base)) });
  const after = documentOf(apply(flag), pointer);
  await refuseUnconfirmed(workspace, { flag, instructions: part.instructions, now: facts.now, pointer });
  await workspace.write(ref, after);
  return [{ ref, instructions: part.instructions, summary: sentences(part.instructions) }];
}

/** Instructions that must know where a flag or one of its variations is used. */
const ASKS_FOR_USERS: ReadonlySet<string> = new Set(['remove-variation', 'archive']);

async function viewsFor(workspace: Workspace, part: FlagPart): Promise<readonly EnvironmentView[]> {
  return part.instructions.some(({ kind }) => ASKS_FOR_USERS.has(kind)) ? wholeViews(workspace) : [];
}

async function wholeViews(workspace: Workspace): Promise<readonly EnvironmentView[]> {
  const views: EnvironmentView[] = [];
  for (const environment of workspace.place.environments) {
    views.push(await environmentView(workspace, environment, 'everything'));
  }
  return views;
}

async function alterSegment(workspace: Workspace, part: SegmentPart, pointer: string): Promise<readonly Step[]> {
  const segment = await segmentNamed(workspace, part.segment);
  const ref = { kind: 'segment', parent: workspace.place.project.id, key: segment.key } as const;
  const apply = (present: Segment) => applyToSegment(present, part.instructions);
  await refuseStale(workspace, { ref, expected: part.expectedRevision, wanted: (base) => ifApplied(apply(base)) });
  await workspace.write(ref, documentOf(apply(segment), pointer));
  return [{ ref, instructions: part.instructions, summary: sentences(part.instructions) }];
}

async function alterSegmentConfig(
  workspace: Workspace,
  part: SegmentConfigPart,
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  const environment = environmentNamed(workspace, part.environment);
  const segment = await segmentNamed(workspace, part.segment);
  const ref = { kind: 'segment-config', parent: environment.id, key: segment.key } as const;
  const config = await workspace.segmentConfig(environment.id, segment.key);
  if (config === null) throw notFound('definition of segment', segment.key, `environment \`${environment.key}\``);
  // Records hold members as counts only, so there is no earlier definition to compare with.
  await refuseStale<'segment-config'>(workspace, { ref, expected: part.expectedRevision, wanted: () => null });
  const after: SegmentConfig = documentOf(applyToSegmentConfig(config, part.instructions, facts), pointer);
  await workspace.write(ref, after);
  return [
    { ref, instructions: part.instructions, summary: sentences(part.instructions, { environment: environment.key }) },
  ];
}

async function makeFlag(
  workspace: Workspace,
  input: Extract<DocumentChange, { create: 'flag' }>['flag'],
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  const { flag, config } = documentOf(createFlag(input, facts), pointer);
  const made = [{ kind: 'create', ...input }];
  const shared = { kind: 'flag', parent: workspace.place.project.id, key: flag.key } as const;
  await refuseExisting(workspace, shared, pointer);
  await workspace.write(shared, flag);
  const steps: Step[] = [{ ref: shared, instructions: made, summary: [`created flag \`${flag.key}\``] }];
  // What the flag was made of is said once: there may be many environments, and many flags in one change.
  const here = [{ kind: 'create', key: flag.key }];
  for (const environment of workspace.place.environments) {
    const ref = { kind: 'flag-config', parent: environment.id, key: flag.key } as const;
    await workspace.write<'flag-config'>(ref, config satisfies FlagConfig);
    steps.push({ ref, instructions: here, summary: [`created in ${environment.key}, off`] });
  }
  return steps;
}

async function makeSegment(
  workspace: Workspace,
  input: Extract<DocumentChange, { create: 'segment' }>['segment'],
  facts: ChangeFacts,
  pointer: string,
): Promise<readonly Step[]> {
  const { segment, config } = documentOf(createSegment(input, facts), pointer);
  const made = [{ kind: 'create', ...input }];
  const shared = { kind: 'segment', parent: workspace.place.project.id, key: segment.key } as const;
  await refuseExisting(workspace, shared, pointer);
  await workspace.write(shared, segment);
  const steps: Step[] = [{ ref: shared, instructions: made, summary: [`created segment \`${segment.key}\``] }];
  for (const environment of workspace.place.environments) {
    const ref = { kind: 'segment-config', parent: environment.id, key: segment.key } as const;
    await workspace.write(ref, config);
    steps.push({ ref, instructions: made, summary: [`created in ${environment.key}, empty`] });
  }
  return steps;
}

async function refuseExisting(
  workspace: Workspace,
  ref: DocumentRef & { readonly kind: 'flag' | 'segment' },
  pointer: string,
): Promise<void> {
  const stored = await workspace.stored(ref);
  if (stored === null) {
    if (ref.kind === 'flag' || !(await workspace.isReserved(ref))) return;
    throw taken(
      `The key \`${ref.key}\` was a ${ref.kind}'s that is deleted, and stays reserved. Choose another key.`,
      pointer,
    );
  }
  const isArchived = 'archivedAt' in stored.body && stored.body.archivedAt !== null;
  const detail = isArchived
    ? `Flag \`${ref.key}\` is archived, and its key stays reserved. Unarchive it, or choose another key.`
    : `There is a ${ref.kind} \`${ref.key}\` already in this project. Choose another key.`;
  throw taken(detail, pointer);
}

function taken(detail: string, pointer: string): RefusedError {
  return new RefusedError({ code: 'already-exists', detail, errors: [{ pointer: `${pointer}/key`, detail }] });
}

async function retireFlag(workspace: Workspace, key: string, { now }: ChangeFacts): Promise<readonly Step[]> {
  const flag = await flagNamed(workspace, key);
  if (!isGone(flag, now)) throw new Error(`flag ${key} still serves`);
  const ref = { kind: 'flag', parent: workspace.place.project.id, key } as const;
  await workspace.write(ref, flag);
  return [{ ref, instructions: [{ kind: 'retire' }], summary: ['left the payload, 30 days after it was archived'] }];
}

async function dropSegment(workspace: Workspace, part: Part<'delete'>, pointer: string): Promise<readonly Step[]> {
  const segment = await segmentNamed(workspace, part.segment);
  const ref = { kind: 'segment', parent: workspace.place.project.id, key: segment.key } as const;
  await refuseStale<'segment'>(workspace, { ref, expected: part.expectedRevision, wanted: () => null });
  const users = usersOfSegment(segment.key, await wholeViews(workspace));
  if (users.length > 0) {
    throw new RefusedError({
      code: 'in-use',
      detail: `Segment \`${segment.key}\` is used by ${users.length === 1 ? 'a rule' : `${users.length} rules`}. Take it out there first.`,
      errors: [{ pointer, detail: 'is in use' }],
      extra: { users },
    });
  }
  const instructions = [{ kind: 'delete' }];
  const steps: Step[] = [{ ref, instructions, summary: [`deleted segment \`${segment.key}\``] }];
  await workspace.write(ref, null);
  for (const environment of workspace.place.environments) {
    const config = { kind: 'segment-config', parent: environment.id, key: segment.key } as const;
    await workspace.write(config, null);
    steps.push({ ref: config, instructions, summary: [`deleted in ${environment.key}`] });
  }
  return steps;
}
