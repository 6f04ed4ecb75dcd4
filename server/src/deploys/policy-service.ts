import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { type Problem, RefusedError } from '../errors.ts';
import { planTemplates } from '../rollouts/plan.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument } from '../store/store.ts';
import type { ReleasePolicy, ReleasePolicyBody } from './release-policy.ts';

type Project = StoredDocument<ProjectBody>;
type Fields = Omit<ReleasePolicyBody, 'createdAt' | 'createdBy'>;

export type PolicyInput = Pick<Fields, 'name' | 'environment' | 'tag'> & Partial<Fields>;

/** Which deploys start which releases. All writes audit themselves. */
export interface PolicyService {
  create(project: Project, input: PolicyInput, cause: Cause): Promise<Written<ReleasePolicy>>;
  edit(
    project: Project,
    id: string,
    edit: Partial<Fields>,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<ReleasePolicy>>;
  remove(project: Project, id: string, cause: Cause): Promise<void>;
}

export interface PolicyServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
}

const USUAL = {
  service: null,
  template: 'standard',
  segment: null,
  coverage: 100,
  delayMinutes: 0,
  isEnabled: true,
} as const;

export function createPolicyService(deps: PolicyServiceDeps): PolicyService {
  return {
    create: (project, input, cause) =>
      writeAudited(deps, cause, async (tx, now) => {
        const body: ReleasePolicyBody = { ...USUAL, ...input, createdAt: now, createdBy: cause.actor };
        await checkPolicy(tx, project, body);
        const made = await tx.put({ kind: 'release-policy', parent: project.id, key: randomUUID() }, body, 0);
        const summary = `Made release policy "${body.name}" for flags tagged \`${body.tag}\` in \`${body.environment}\``;
        return { ...changeOf(project, made, null), action: 'create-release-policy', summary };
      }),

    edit: (project, id, edit, expected, cause) =>
      writeAudited(deps, cause, async (tx) => {
        const before = await policyNamed(tx, project, id);
        checkRevision(before, expected, before.body);
        const body = { ...before.body, ...edit };
        await checkPolicy(tx, project, body);
        const after = await tx.put(before, body, before.revision);
        const summary = `Edited release policy "${body.name}"`;
        return { ...changeOf(project, after, before), action: 'edit-release-policy', summary };
      }),

    async remove(project, id, cause) {
      await writeAudited(deps, cause, async (tx) => {
        const before = await policyNamed(tx, project, id);
        await tx.remove(before, before.revision);
        const summary = `Removed release policy "${before.body.name}"`;
        return { ...changeOf(project, before, before), after: null, action: 'remove-release-policy', summary };
      });
    },
  };
}

export async function policyNamed(reads: Reads, project: Project, id: string): Promise<ReleasePolicy> {
  const found = await reads.document<ReleasePolicyBody>({ kind: 'release-policy', parent: project.id, key: id });
  if (found !== null) return found;
  throw new RefusedError({
    code: 'not-found',
    detail: 'There is no such release policy in this project: list its policies.',
  });
}

/** What it names must be there, or it would fail at every deploy, when nobody looks. */
async function checkPolicy(reads: Reads, { id: parent }: Project, policy: ReleasePolicyBody): Promise<void> {
  const { environment, template, segment } = policy;
  const isThere = async (kind: 'environment' | 'plan' | 'segment', key: string) =>
    (await reads.document<EnvironmentBody>({ kind, parent, key })) !== null;
  const builtIn = Object.hasOwn(planTemplates, template)
    ? planTemplates[template as keyof typeof planTemplates]
    : undefined;
  const problems: Problem[] = [];
  if (!(await isThere('environment', environment)))
    problems.push({ pointer: '/environment', detail: `There is no environment \`${environment}\` in this project.` });
  if (builtIn === undefined && !(await isThere('plan', template)))
    problems.push({
      pointer: '/template',
      detail: `There is no plan \`${template}\`. Choose one from the list of plans.`,
    });
  if (builtIn?.needsSegment && segment === null)
    problems.push({ pointer: '/segment', detail: `Plan \`${template}\` begins with a segment: say which.` });
  if (segment !== null && !(await isThere('segment', segment)))
    problems.push({ pointer: '/segment', detail: `There is no segment \`${segment}\` in this project.` });
  const [first] = problems;
  if (first !== undefined)
    throw new RefusedError({ code: 'unknown-reference', detail: first.detail, errors: problems });
}

function changeOf(
  project: Project,
  after: ReleasePolicy,
  before: ReleasePolicy | null,
): Omit<AuditedChange<ReleasePolicy>, 'action' | 'summary'> {
  return {
    result: after,
    project: project.key,
    documents: [after],
    before: before?.body ?? null,
    after: after.body,
  };
}
