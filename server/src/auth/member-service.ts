import { randomUUID } from 'node:crypto';
import { type AuditedChange, type Cause, checkRevision, type Written } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import type { MemberView } from '../http/api-types.ts';
import type { MemberBody, ProjectBody } from '../store/documents.ts';
import type { Reads, StoredDocument, WriteTransaction } from '../store/store.ts';
import { type AccessDeps, writeAccess } from './access-write.ts';
import { checkPassword, type Passwords } from './password.ts';
import type { Role } from './principal.ts';
import { EVERY_PROJECT, memberViewOf, projectKeysOf } from './views.ts';

export interface MemberInput {
  readonly email: string;
  readonly name: string;
  readonly password: string;
  /** Role per project key; `*` is every project. */
  readonly roles: Readonly<Record<string, Role>>;
}

/** The fields to alter. */
export interface MemberEdit {
  readonly name?: string;
  readonly roles?: Readonly<Record<string, Role>>;
  readonly disabled?: boolean;
  readonly password?: string;
}

/** People and what they may do. At least one active administrator of the installation always remains. */
export interface MemberService {
  create(input: MemberInput, cause: Cause): Promise<Written<MemberView>>;
  edit(id: string, edit: MemberEdit, expected: number | undefined, cause: Cause): Promise<Written<MemberView>>;
  remove(id: string, expected: number | undefined, cause: Cause): Promise<void>;
}

export interface MemberServiceDeps extends AccessDeps {
  readonly passwords: Passwords;
}

export function createMemberService(deps: MemberServiceDeps): MemberService {
  const { store, passwords } = deps;

  /** A new password, lost rights or a blocked account end every session: a stolen one must not outlive them. */
  const endSessions = (member: string): Promise<void> => store.removeSessions({ member });

  return {
    async create({ password, ...input }, cause) {
      checkPassword(password, input.email);
      const passwordHash = await passwords.hash(password);
      return writeAccess(deps, cause, async (tx, now) => {
        const member = await putNewMember(tx, {
          ...input,
          roles: await rolesById(tx, input.roles),
          passwordHash,
          createdAt: now,
        });
        return changeOf('create-member', `Added ${input.email}`, member, await viewIn(tx, member), null);
      });
    },

    async edit(id, { password, roles, disabled, ...plain }, expected, cause) {
      const stored = await memberOf(store, id);
      if (password !== undefined) checkPassword(password, stored.body.email);
      const passwordHash = password === undefined ? {} : { passwordHash: await passwords.hash(password) };
      const written = await writeAccess(deps, cause, async (tx, now) => {
        const before = await memberOf(tx, id);
        checkRevision(before, expected, await viewIn(tx, before));
        const body: MemberBody = {
          ...before.body,
          ...plain,
          ...passwordHash,
          ...(roles && { roles: await rolesById(tx, roles) }),
          ...(disabled !== undefined && { disabledAt: disabled ? (before.body.disabledAt ?? now) : null }),
        };
        const after = await tx.put(before, body, before.revision);
        await guardLastAdmin(tx);
        const shown = await viewIn(tx, before);
        return changeOf('edit-member', `Edited ${body.email}`, after, await viewIn(tx, after), shown);
      });
      if (password !== undefined || disabled === true) await endSessions(id);
      return written;
    },

    async remove(id, expected, cause) {
      await writeAccess(deps, cause, async (tx) => {
        const before = await memberOf(tx, id);
        checkRevision(before, expected, await viewIn(tx, before));
        await tx.remove(before, before.revision);
        await guardLastAdmin(tx);
        const change = changeOf(
          'remove-member',
          `Removed ${before.body.email}`,
          before,
          null,
          await viewIn(tx, before),
        );
        return { ...change, after: null };
      });
      await endSessions(id);
    },
  };
}

/** Writes a member who is not there yet, inside somebody's transaction. */
export async function putNewMember(
  tx: WriteTransaction,
  body: Omit<MemberBody, 'disabledAt'>,
): Promise<StoredDocument<MemberBody>> {
  const others = await tx.documents<MemberBody>('member');
  if (others.some((other) => isSameEmail(other.body.email, body.email))) {
    throw new RefusedError({
      code: 'already-exists',
      detail: `There is a member with the address ${body.email} already: edit that one.`,
      errors: [{ pointer: '/email', detail: 'belongs to another member' }],
    });
  }
  return tx.put({ kind: 'member', parent: '', key: randomUUID() }, { ...body, disabledAt: null }, 0);
}

export function isSameEmail(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export async function memberOf(reads: Reads, id: string): Promise<StoredDocument<MemberBody>> {
  const member = await reads.documentById<MemberBody>('member', id);
  if (member) return member;
  throw new RefusedError({ code: 'not-found', detail: 'There is no such member. GET /api/v1/members lists all.' });
}

/** Inside the transaction that would take the last one away, after its write. */
async function guardLastAdmin(tx: Reads): Promise<void> {
  const members = await tx.documents<MemberBody>('member');
  if (members.some(({ body }) => body.disabledAt === null && body.roles[EVERY_PROJECT] === 'admin')) return;
  throw new RefusedError({
    code: 'last-admin',
    detail: 'Nobody would be left to administer this installation: make somebody else an administrator of `*` first.',
  });
}

async function rolesById(reads: Reads, roles: Readonly<Record<string, Role>>): Promise<Readonly<Record<string, Role>>> {
  const projects = await reads.documents<ProjectBody>('project');
  const ids = new Map(projects.map(({ id, key }) => [key, id]));
  const entries = Object.entries(roles).map(([key, role]) => {
    const id = key === EVERY_PROJECT ? key : ids.get(key);
    if (id === undefined) {
      throw new RefusedError({
        code: 'unknown-reference',
        detail: `There is no project \`${key}\`. Use the key of a project, or \`*\` for all.`,
        errors: [{ pointer: `/roles/${key}`, detail: 'names no project' }],
      });
    }
    return [id, role] as const;
  });
  return Object.fromEntries(entries);
}

async function viewIn(reads: Reads, member: StoredDocument<MemberBody>): Promise<MemberView> {
  return memberViewOf(member, await projectKeysOf(reads));
}

function changeOf<T>(
  action: string,
  summary: string,
  document: StoredDocument,
  result: T,
  before: unknown,
): AuditedChange<T> {
  return { result, action, summary, project: null, documents: [document], before, after: result };
}
