import type { ChangeFacts } from '@glidepath/core/change';
import { describeInstruction } from '@glidepath/core/change';
import {
  DEFINITION_FORMAT,
  type Definitions,
  defineFlag,
  defineSegment,
  describeMove,
  describePlan,
} from '@glidepath/core/definition';
import type { Principal } from '../auth/principal.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { ChangeFlag, ChangeOutcome, DocumentChange } from '../flags/write-path/change.ts';
import { createPause } from '../flags/write-path/pause.ts';
import { refuse } from '../flags/write-path/refuse.ts';
import { actorOf } from '../http/api.ts';
import type { DefinitionChange, DefinitionsView, DefinitionsWritten, LeftAlone } from '../http/definition-types.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Reads, StoredDocument } from '../store/store.ts';
import type { UsageStore } from '../store/usage.ts';
import type { DeliveryReports } from '../stream/delivery.ts';
import { type Comparison, compare, type Part } from './comparison.ts';
import { evaluationsOf } from './evaluations.ts';
import { fingerprintOf } from './fingerprint.ts';
import { intoDefinitions } from './pointers.ts';
import { namedIn, type Present, presentIn } from './present.ts';
import { problemsOfReleases } from './release-plans.ts';

export interface DefinitionDeps {
  readonly reads: Reads & Pick<UsageStore, 'usage'>;
  readonly changeFlag: ChangeFlag;
  readonly delivery: DeliveryReports;
  readonly clock: Clock;
  newId(): string;
}

export interface WantedDefinitions extends Definitions {
  readonly origin: 'code' | 'import';
  readonly comment: string | undefined;
  /** Fingerprint of the state that somebody has seen. */
  readonly expect: string | undefined;
  /** Flags that may be archived though they are still at work. */
  readonly confirm: readonly string[];
  readonly dryRun: boolean;
  readonly waitForAppliedMs: number | undefined;
  readonly principal: Principal;
  readonly requestId: string;
}

/** How often what moved under a comparison is compared again, where nobody said what they had seen. */
const ATTEMPTS = 3;

/** All flags and segments of a project as files say them. */
export async function readDefinitions(
  { reads }: Pick<DefinitionDeps, 'reads'>,
  project: StoredDocument<ProjectBody>,
): Promise<DefinitionsView> {
  const { flags, segments } = await presentIn(reads, project.id, { flags: null, segments: null });
  return {
    apiVersion: DEFINITION_FORMAT,
    flags: [...flags.values()].map(defineFlag),
    segments: [...segments.values()].map(defineSegment),
  };
}

/** Makes flags and segments be what definitions say, as one change: all or nothing. */
export async function writeDefinitions(
  deps: DefinitionDeps,
  project: StoredDocument<ProjectBody>,
  wanted: WantedDefinitions,
): Promise<DefinitionsWritten> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writeOnce(deps, project, wanted);
    } catch (error) {
      const hasMoved = error instanceof RefusedError && error.refusal.code === 'revision-conflict';
      if (!hasMoved || wanted.expect !== undefined || attempt === ATTEMPTS) throw error;
    }
  }
}

async function writeOnce(
  deps: DefinitionDeps,
  project: StoredDocument<ProjectBody>,
  wanted: WantedDefinitions,
): Promise<DefinitionsWritten> {
  const { reads } = deps;
  const present = await presentIn(reads, project.id, namedIn(wanted));
  const fingerprint = fingerprintOf(wanted, present);
  if (wanted.expect !== undefined && wanted.expect !== fingerprint) {
    throw new RefusedError({
      code: 'revision-conflict',
      detail: 'The service has moved since it was compared with these definitions. Compare again, then write.',
      extra: { fingerprint },
    });
  }
  refuseTooMany(newDocuments(wanted, present));
  const facts: ChangeFacts = {
    now: deps.clock.now(),
    actor: actorOf(wanted.principal),
    origin: wanted.origin,
    newId: deps.newId,
  };
  const comparison = await compare(wanted, present, facts, createPause(deps.clock));
  if (comparison.problems.length > 0) refuse(comparison.problems, '');
  refuseTooMany(newDocuments(wanted, present) + comparison.parts.filter(({ isNew }) => !isNew).length);
  await refuseTakenKeys(reads, project.id, comparison.parts);
  const faults = await problemsOfReleases(reads, project.id, wanted, comparison.parts, present);
  if (faults.length > 0) refuse(faults, '');
  const evaluations = await evaluationsOf(reads, comparison.parts, present, facts.now);
  const outcome = await carryOut(deps, project, wanted, comparison);
  const delivery =
    outcome === null || wanted.dryRun || wanted.waitForAppliedMs === undefined
      ? undefined
      : await deliveries(deps, present, outcome, wanted.waitForAppliedMs);
  return {
    dryRun: wanted.dryRun,
    fingerprint,
    changeId: wanted.dryRun ? null : (outcome?.changeId ?? null),
    changes: changesIn(comparison.parts, present, evaluations),
    leftAlone: leftAloneBy(wanted, present),
    versions: outcome?.versions ?? {},
    ...(delivery && { delivery }),
  };
}

/** Documents that one change may write: everybody who waits for the store waits as long as that takes. */
const MOST_DOCUMENTS = 50_000;

/** A new flag is written for every environment, whatever its definition names. */
function newDocuments({ flags, segments }: Definitions, present: Present): number {
  const isNew = (known: ReadonlyMap<string, unknown>) => (definition: { readonly key: string }) =>
    !known.has(definition.key);
  const made = flags.filter(isNew(present.flags)).length + segments.filter(isNew(present.segments)).length;
  return made * (1 + present.environments.length);
}

function refuseTooMany(documents: number): void {
  if (documents <= MOST_DOCUMENTS) return;
  throw new RefusedError({
    code: 'validation',
    detail: `This would write ${documents} documents at once (each flag counts once more for every environment); at most ${MOST_DOCUMENTS} are allowed. Begin with a part of the definitions.`,
  });
}

/** Whoever may read may try: a pipeline finds out what differs with a token that can do nothing. */
async function carryOut(
  { changeFlag }: DefinitionDeps,
  { key }: StoredDocument<ProjectBody>,
  wanted: WantedDefinitions,
  { parts }: Comparison,
): Promise<ChangeOutcome | null> {
  if (parts.length === 0) return null;
  try {
    return await changeFlag({
      actor: wanted.dryRun ? { kind: 'system' } : wanted.principal,
      origin: wanted.origin,
      project: key,
      changes: parts.map(({ change }) => confirmed(change, wanted.confirm)),
      requestId: wanted.requestId,
      brief: true,
      ...(wanted.comment === undefined ? {} : { comment: wanted.comment }),
      ...(wanted.dryRun && { dryRun: true }),
      ...(wanted.waitForAppliedMs !== undefined && { urgent: true }),
    });
  } catch (error) {
    throw intoDefinitions(error, wanted, parts);
  }
}

/** Whoever typed the key of a flag means to archive it. */
function confirmed(change: DocumentChange, keys: readonly string[]): DocumentChange {
  if (!('instructions' in change) || !('flag' in change) || 'environment' in change) return change;
  if (!keys.includes(change.flag)) return change;
  const instructions = change.instructions.map((instruction) =>
    instruction.kind === 'archive' ? { ...instruction, confirm: change.flag } : instruction,
  );
  return { ...change, instructions };
}

/** A key that is taken in another case would only be found out while it is written. */
async function refuseTakenKeys(reads: Reads, projectId: string, parts: readonly Part[]): Promise<void> {
  for (const kind of ['flag', 'segment'] as const) {
    const made = parts.filter((part) => part.kind === kind && 'create' in part.change);
    if (made.length === 0) continue;
    const taken = new Map(
      (await reads.documents(kind, projectId)).map((document) => [document.key.toLowerCase(), document.key]),
    );
    const refused = made.flatMap(({ key, pointer }) => {
      const other = taken.get(key.toLowerCase());
      if (other === undefined) return [];
      const detail = `There is a ${kind} \`${other}\` already: upper and lower case count as the same. Choose another key.`;
      return [{ code: 'duplicate', pointer: `${pointer}/key`, detail } as const];
    });
    if (refused.length > 0) refuse(refused, '');
  }
}

async function deliveries(
  { delivery }: DefinitionDeps,
  { environments }: Present,
  { versions }: ChangeOutcome,
  timeoutMs: number,
) {
  const reports = environments.flatMap(({ id, key }) => {
    const version = versions[key];
    return version === undefined
      ? []
      : [delivery.waitForApplied(id, version, timeoutMs).then((report) => [key, report] as const)];
  });
  return Object.fromEntries(await Promise.all(reports));
}

/** What changes, document by document, in words. */
function changesIn(
  parts: readonly Part[],
  present: Present,
  evaluations: Awaited<ReturnType<typeof evaluationsOf>>,
): readonly DefinitionChange[] {
  const changes = new Map<string, DefinitionChange>();
  for (const part of parts) {
    const { kind, key, environment, isNew } = part;
    const name = `${kind}\t${environment ?? ''}\t${key}`;
    const known = changes.get(name);
    const summary = [...(known?.summary ?? []), ...sentencesOf(part, present)];
    const moves = [...(known?.moves ?? []), ...movesIn(part, present)];
    const evaluated = evaluations.get(part) ?? known?.evaluations ?? null;
    changes.set(name, { kind, key, environment, isNew, summary, moves, evaluations: evaluated });
  }
  return [...changes.values()];
}

function sentencesOf(part: Part, present: Present): readonly string[] {
  const { kind, key, environment, instructions, change } = part;
  if ('create' in change) return [`created ${kind} \`${key}\``];
  if ('plan' in change) return [describePlan(change.plan, change.environment)];
  const config = environment === null ? undefined : present.flags.get(key)?.configs.get(environment);
  const surroundings = { ...(environment !== null && { environment }), ...(config !== undefined && { config }) };
  return instructions.map((instruction) => describeInstruction(instruction, surroundings));
}

function movesIn({ key, environment, moves, isNew }: Part, present: Present): readonly string[] {
  if (isNew || environment === null) return [];
  const config = present.flags.get(key)?.configs.get(environment);
  return config === undefined ? [] : moves.map((move) => describeMove(move, config));
}

/** Differences that are nobody's fault: what a rollout drives, what is killed or archived. */
function leftAloneBy({ flags }: Definitions, present: Present): readonly LeftAlone[] {
  return flags.flatMap(({ key, archived, environments = {} }): readonly LeftAlone[] => {
    const state = present.flags.get(key);
    if (state === undefined) return [];
    if (state.flag.archivedAt !== null)
      return archived === undefined ? [{ flag: key, environment: null, why: 'is archived' }] : [];
    return Object.keys(environments).flatMap((environment): readonly LeftAlone[] => [
      ...(state.configs.get(environment)?.killed ? [{ flag: key, environment, why: 'is killed' }] : []),
      ...(state.driven.get(environment) ?? []).map(({ at }) => ({
        flag: key,
        environment,
        why: `a rollout drives ${at === 'fallthrough' ? 'the fallthrough' : `rule \`${at}\``}`,
      })),
    ]);
  });
}
