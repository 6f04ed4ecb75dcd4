import { createHmac, randomUUID } from 'node:crypto';
import { type AuditedChange, auditOf, type Cause, SYSTEM } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import type { RateLimit } from '../http/limits.ts';
import type { MemberBody } from '../store/documents.ts';
import type { AuditEntry, StoredDocument } from '../store/store.ts';
import { type AccessDeps, writeAccess } from './access-write.ts';
import { isSameEmail, putNewMember } from './member-service.ts';
import { checkPassword, type Passwords } from './password.ts';
import { isSameSecret } from './secrets.ts';
import { beginSession, type NewSession, type SessionPrincipal } from './sessions.ts';
import { derive } from './vault.ts';
import { EVERY_PROJECT } from './views.ts';

const LINK_VALID_MS = 24 * 3_600_000;

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** The door: the first administrator, and signing in with a password. */
export interface SignIn {
  /** What a set-up link ends with; null once somebody can sign in. Each call gives a new one. */
  setupToken(): Promise<string | null>;
  setUp(input: Credentials & { readonly token: string; readonly name: string }, requestId: string): Promise<NewSession>;
  signIn(credentials: Credentials, from: Caller): Promise<NewSession>;
  /** One's own password; ends all other sessions and begins a new one. */
  changePassword(principal: SessionPrincipal, change: PasswordChange, from: Caller): Promise<NewSession>;
}

export interface PasswordChange {
  readonly currentPassword: string;
  readonly password: string;
}

export interface Caller {
  readonly address: string;
  readonly requestId: string;
}

export interface SignInDeps extends AccessDeps {
  readonly passwords: Passwords;
  readonly secret: string;
  readonly limit: RateLimit;
}

export function createSignIn(deps: SignInDeps): SignIn {
  const { store, clock, passwords, limit } = deps;
  const setupKey = derive(deps.secret, 'glidepath/setup');
  const macOf = (issuedAt: string): string => createHmac('sha256', setupKey).update(issuedAt).digest('base64url');

  /** Signed, not stored: any replica may answer the link that another has printed. */
  function isSetupToken(token: string): boolean {
    const [issuedAt = '', mac = ''] = token.split('.');
    const age = clock.now() - Number.parseInt(issuedAt, 36);
    return isSameSecret(mac, macOf(issuedAt)) && age >= 0 && age < LINK_VALID_MS;
  }

  async function memberBy(email: string): Promise<StoredDocument<MemberBody> | null> {
    const members = await store.documents<MemberBody>('member');
    return members.find(({ body }) => body.disabledAt === null && isSameEmail(body.email, email)) ?? null;
  }

  /** Begins a session for whoever has shown this password of the member, with the audit record if there is one. */
  async function begin({ id, body }: StoredDocument<MemberBody>, record: AuditEntry | null): Promise<NewSession> {
    return store.write([], async (tx) => {
      // Checking a password takes its time: meanwhile it may have been replaced, or its member blocked.
      const present = (await tx.documentById<MemberBody>('member', id))?.body;
      if (present?.passwordHash !== body.passwordHash || present.disabledAt !== null) throw wrongPassword();
      const session = await beginSession(tx, id, clock.now());
      if (record !== null) await tx.appendAudit(record);
      return session;
    });
  }

  /** Counted before the password is looked at, for the account and for where the attempt comes from. */
  function countAttempt(email: string, address: string): void {
    limit.take(`address ${address}`);
    limit.take(`account ${email.toLowerCase()}`);
  }

  return {
    async setupToken() {
      const members = await store.documents<MemberBody>('member');
      if (members.length > 0) return null;
      const issuedAt = clock.now().toString(36);
      return `${issuedAt}.${macOf(issuedAt)}`;
    },

    async setUp({ token, email, name, password }, requestId) {
      if (!isSetupToken(token)) throw refusedLink();
      checkPassword(password, email);
      const passwordHash = await passwords.hash(password);
      const begun: NewSession[] = [];
      await writeAccess(deps, { ...SYSTEM, requestId }, async (tx, now) => {
        if ((await tx.documents<MemberBody>('member')).length > 0) throw refusedLink();
        const roles = { [EVERY_PROJECT]: 'admin' } as const;
        const member = await putNewMember(tx, { email, name, passwordHash, roles, createdAt: now });
        begun.push(await beginSession(tx, member.id, now));
        return {
          result: member.id,
          action: 'set-up',
          summary: `Made ${email} the first administrator`,
          project: null,
          documents: [member],
          before: null,
          after: { email, name, roles },
        };
      });
      const session = begun.at(-1);
      if (!session) throw new Error('set-up began no session');
      return session;
    },

    async signIn({ email, password }, { address, requestId }) {
      countAttempt(email, address);
      const member = await memberBy(email);
      if (!(await passwords.matches(member?.body.passwordHash ?? null, password)) || !member) throw wrongPassword();
      const what = { action: 'sign-in', summary: 'Signed in', documents: [] };
      return begin(member, ownRecord(member.id, what, requestId, clock.now()));
    },

    async changePassword({ id }, { currentPassword, password }, { address, requestId }) {
      const member = await store.documentById<MemberBody>('member', id);
      if (!member) throw wrongPassword();
      countAttempt(member.body.email, address);
      if (!(await passwords.matches(member.body.passwordHash, currentPassword))) throw wrongPassword();
      checkPassword(password, member.body.email);
      const passwordHash = await passwords.hash(password);
      const changed = await store.write([], async (tx) => {
        const after = await tx.put(member, { ...member.body, passwordHash }, member.revision);
        const what = { action: 'change-password', summary: 'Changed the own password', documents: [after] };
        await tx.appendAudit(ownRecord(id, what, requestId, clock.now()));
        return after;
      });
      await store.removeSessions({ member: id });
      return begin(changed, null);
    },
  };
}

/** The audit record of what somebody does with the own account; neither password nor session is in it. */
function ownRecord(
  member: string,
  what: Pick<AuditedChange<null>, 'action' | 'summary' | 'documents'>,
  requestId: string,
  now: number,
): AuditEntry {
  const cause: Cause = { actor: `member:${member}`, origin: 'ui', requestId };
  return auditOf(cause, { ...what, result: null, project: null, before: null, after: null }, randomUUID(), now);
}

/** One answer for a wrong address and a wrong password: neither tells who has an account. */
function wrongPassword(): RefusedError {
  return new RefusedError({ code: 'unauthenticated', detail: 'E-mail address or password are not right. Try again.' });
}

function refusedLink(): RefusedError {
  return new RefusedError({
    code: 'forbidden',
    detail:
      'This set-up link was used or is too old. Sign in; or, if nobody can yet, restart the server for a new link.',
    errors: [{ pointer: '/token', detail: 'is not valid any more' }],
  });
}
