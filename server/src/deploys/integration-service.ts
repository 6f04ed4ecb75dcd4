import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, checkRevision, type Written, writeAudited } from '../audit/audited-write.ts';
import { lastFourOf } from '../auth/secrets.ts';
import type { Vault } from '../auth/vault.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { EnvironmentBody, ProjectBody } from '../store/documents.ts';
import type { Reads, Store, StoredDocument } from '../store/store.ts';
import { type HookKind, hooks } from './hooks/index.ts';
import { type IntegrationBody, type IntegrationSecret, validSecrets } from './integration.ts';

type Project = StoredDocument<ProjectBody>;
export type Integration = StoredDocument<IntegrationBody>;

export interface IntegrationInput {
  readonly name: string;
  readonly kind: HookKind;
  readonly service: string | null;
  readonly environment: string | null;
}

/** The fields to alter. */
export type IntegrationEdit = Partial<Omit<IntegrationInput, 'kind'>>;

/** Webhooks that report deploys. What answers a `secret` is the only time that it is seen. All writes audit themselves. */
export interface IntegrationService {
  create(project: Project, input: IntegrationInput, cause: Cause): Promise<Written<Integration>>;
  edit(
    project: Project,
    id: string,
    edit: IntegrationEdit,
    expected: number | undefined,
    cause: Cause,
  ): Promise<Written<Integration>>;
  /** A new secret beside the old one, which stays valid for `overlapMs`. */
  rotate(project: Project, id: string, overlapMs: number, cause: Cause): Promise<Written<Integration>>;
  remove(project: Project, id: string, cause: Cause): Promise<void>;
  /** The secrets that are valid now, newest first. */
  secretsOf(integration: Integration): readonly string[];
}

export interface IntegrationServiceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly vault: Vault;
}

const PURPOSE = 'integration/secret';

export function createIntegrationService(deps: IntegrationServiceDeps): IntegrationService {
  const { clock, vault } = deps;

  function newSecret(kind: HookKind): { readonly secret: string; readonly kept: IntegrationSecret } {
    const secret = hooks[kind].newSecret();
    return { secret, kept: { sealed: vault.close(secret, PURPOSE), lastFour: lastFourOf(secret), expiresAt: null } };
  }

  return {
    create: (project, input, cause) =>
      writeAudited(deps, cause, async (tx, now) => {
        await checkEnvironment(tx, project, input.environment);
        const { secret, kept } = newSecret(input.kind);
        const body = { ...input, secrets: [kept], createdAt: now, createdBy: cause.actor };
        const made = await tx.put<IntegrationBody>(
          { kind: 'integration', parent: project.id, key: randomUUID() },
          body,
          0,
        );
        const summary = `Connected ${hooks[input.kind].label} "${input.name}" to report deploys`;
        return { ...changeOf(project, made, null), action: 'create-integration', summary, secret };
      }),

    edit: (project, id, edit, expected, cause) =>
      writeAudited(deps, cause, async (tx) => {
        const before = await integrationNamed(tx, project, id);
        checkRevision(before, expected, outlineOf(before));
        await checkEnvironment(tx, project, edit.environment ?? null);
        const after = await tx.put(before, { ...before.body, ...edit }, before.revision);
        const summary = `Edited integration "${after.body.name}"`;
        return { ...changeOf(project, after, before), action: 'edit-integration', summary };
      }),

    rotate: (project, id, overlapMs, cause) =>
      writeAudited(deps, cause, async (tx, now) => {
        const before = await integrationNamed(tx, project, id);
        const { secret, kept } = newSecret(before.body.kind);
        // Of those before only the newest lives on: nobody has to keep track of more than two.
        const [replaced] = validSecrets(before.body, now);
        const until = Math.min(now + overlapMs, replaced?.expiresAt ?? Number.POSITIVE_INFINITY);
        const old = replaced !== undefined && overlapMs > 0 ? [{ ...replaced, expiresAt: until }] : [];
        const after = await tx.put(before, { ...before.body, secrets: [kept, ...old] }, before.revision);
        const summary = `Rotated the secret of integration "${before.body.name}"`;
        return { ...changeOf(project, after, before), action: 'rotate-integration', summary, secret };
      }),

    async remove(project, id, cause) {
      await writeAudited(deps, cause, async (tx) => {
        const before = await integrationNamed(tx, project, id);
        await tx.remove(before, before.revision);
        const summary = `Removed integration "${before.body.name}"`;
        return { ...changeOf(project, before, before), after: null, action: 'remove-integration', summary };
      });
    },

    secretsOf: ({ body }) => validSecrets(body, clock.now()).map(({ sealed }) => vault.open(sealed, PURPOSE)),
  };
}

export async function integrationNamed(reads: Reads, project: Project, id: string): Promise<Integration> {
  const found = await reads.document<IntegrationBody>({ kind: 'integration', parent: project.id, key: id });
  if (found !== null) return found;
  throw new RefusedError({
    code: 'not-found',
    detail: 'There is no such integration in this project: list its integrations.',
  });
}

async function checkEnvironment(reads: Reads, project: Project, key: string | null): Promise<void> {
  if (key === null) return;
  if ((await reads.document<EnvironmentBody>({ kind: 'environment', parent: project.id, key })) !== null) return;
  const detail = `There is no environment \`${key}\` in this project. Name one of its environments by its key.`;
  throw new RefusedError({ code: 'unknown-reference', detail, errors: [{ pointer: '/environment', detail }] });
}

type Change = Omit<AuditedChange<Integration>, 'action' | 'summary'>;

function changeOf(project: Project, after: Integration, before: Integration | null): Change {
  return {
    result: after,
    project: project.key,
    documents: [after],
    before: before && outlineOf(before),
    after: outlineOf(after),
  };
}

/** What the audit log may hold of it. */
function outlineOf({ body: { name, kind, service, environment, secrets } }: Integration) {
  return {
    name,
    kind,
    service,
    environment,
    secrets: secrets.map(({ lastFour, expiresAt }) => ({ lastFour, expiresAt })),
  };
}
