import { type AuditedChange, type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument } from '../store/store.ts';
import { planTemplates, problemsOfPlan } from './plan.ts';
import type { PlanBody } from './plan-schemas.ts';

export type SavedPlan = StoredDocument<PlanBody>;

/** Plans that a project keeps for its releases. All writes audit themselves. */
export interface PlanService {
  save(project: StoredDocument<ProjectBody>, id: string, body: PlanBody, cause: Cause): Promise<Written<SavedPlan>>;
  edit(project: StoredDocument<ProjectBody>, id: string, edit: PlanEdit, cause: Cause): Promise<Written<SavedPlan>>;
  remove(
    project: StoredDocument<ProjectBody>,
    id: string,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<SavedPlan>>;
}

export interface PlanEdit {
  readonly fields: Partial<PlanBody>;
  readonly expected: number | undefined;
}

export function createPlanService(deps: { readonly store: Store; readonly clock: Clock }): PlanService {
  return {
    save: (project, id, body, cause) =>
      writeAudited(deps, cause, async (tx) => {
        checkPlan(body);
        if (Object.hasOwn(planTemplates, id))
          throw invalid('/id', `\`${id}\` is a plan that is built in. Choose another id.`);
        const plan = await tx.put({ kind: 'plan', parent: project.id, key: id }, body, 0);
        return changeOf(project, plan, { action: 'create-plan', summary: `Created plan ${body.name}`, before: null });
      }),
    edit: (project, id, { fields, expected }, cause) =>
      writeAudited(deps, cause, async (tx) => {
        const plan = await planNamed(tx, project.id, id);
        checkRevision(plan, expected, plan.body);
        const body = { ...plan.body, ...fields };
        checkPlan(body);
        const edited = await tx.put({ kind: 'plan', parent: project.id, key: id }, body, plan.revision);
        return changeOf(project, edited, {
          action: 'edit-plan',
          summary: `Edited plan ${body.name}`,
          before: plan.body,
        });
      }),
    remove: (project, id, expected, cause) =>
      writeAudited(deps, cause, async (tx) => {
        const plan = await planNamed(tx, project.id, id);
        checkRevision(plan, expected, plan.body);
        await tx.remove({ kind: 'plan', parent: project.id, key: id }, plan.revision);
        const { name } = plan.body;
        return {
          ...changeOf(project, plan, { action: 'delete-plan', summary: `Deleted plan ${name}`, before: plan.body }),
          after: null,
        };
      }),
  };
}

export async function planNamed(reads: Reads, project: string, id: string): Promise<SavedPlan> {
  const plan = await reads.document<PlanBody>({ kind: 'plan', parent: project, key: id });
  if (plan !== null) return plan;
  const builtIn = Object.hasOwn(planTemplates, id);
  throw new RefusedError({
    code: builtIn ? 'not-possible-now' : 'not-found',
    detail: builtIn
      ? `Plan \`${id}\` is built in: save one of your own.`
      : `There is no plan \`${id}\` in this project.`,
  });
}

/** What is wrong with a plan whatever it releases. */
function checkPlan({ stages, gates, onFailure, runbook }: PlanBody): void {
  const course = { stages, gates, onFailure, runbook, start: { kind: 'manual' }, requires: [] } as const;
  const [first, ...others] = problemsOfPlan({
    ...course,
    variation: 'released',
    control: 'control',
    at: 'fallthrough',
  });
  if (first === undefined) return;
  throw new RefusedError({ code: 'validation', detail: first.detail, errors: [first, ...others] });
}

function changeOf(
  { key }: StoredDocument<ProjectBody>,
  plan: SavedPlan,
  told: Pick<AuditedChange<SavedPlan>, 'action' | 'summary' | 'before'>,
): AuditedChange<SavedPlan> {
  return { ...told, result: plan, project: key, documents: [plan], after: plan.body };
}

function invalid(pointer: string, detail: string): RefusedError {
  return new RefusedError({ code: 'validation', detail, errors: [{ pointer, detail }] });
}
