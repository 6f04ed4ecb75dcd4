import { createHmac, randomBytes } from 'node:crypto';
import { type Cause, writeAudited } from '../../audit/audited-write.ts';
import { isSameSecret } from '../../auth/secrets.ts';
import { derive } from '../../auth/vault.ts';
import type { Clock } from '../../clock.ts';
import { RefusedError } from '../../errors.ts';
import { sha256 } from '../../store/canonical.ts';
import type { Reads, Store, StoredDocument } from '../../store/store.ts';

/** Which member a person at Slack is; the key names workspace and user, with a dot between them. Null once the link was taken back. */
export interface SlackUserBody {
  readonly member: string | null;
  readonly linkedAt: number;
}

/** A member shows who they are at Slack by typing a code there that only they have seen here. */
export interface SlackLinks {
  /** A code for this member, good once and for ten minutes. */
  newCode(member: string): { readonly code: string; readonly expiresAt: number };
  /** Links a person at Slack to the member who made the code; null where it is none, old, or used. */
  redeem(code: string, person: string, requestId: string): Promise<string | null>;
  /** The member behind a person at Slack. */
  memberOf(person: string): Promise<string | null>;
  /** The persons at Slack that a member has linked. */
  personsOf(member: string): Promise<readonly StoredDocument<SlackUserBody>[]>;
  /** Takes all links of a member back. */
  unlink(member: string, cause: Cause): Promise<void>;
}

export interface SlackLinksDeps {
  readonly store: Store;
  readonly clock: Clock;
  /** Of the installation. */
  readonly secret: string;
}

const CODE_MS = 600_000;
/** Two codes of one moment are two codes. */
const NONCE_BYTES = 9;
const USED = 'slack-link';

export function createSlackLinks(deps: SlackLinksDeps): SlackLinks {
  const { store, clock, secret } = deps;
  const key = derive(secret, 'glidepath/slack-link');
  const proofOf = (told: string) => createHmac('sha256', key).update(told).digest('base64url');

  function memberIn(code: string): string | null {
    const [member = '', expiry = '', nonce = '', proof = '', ...rest] = code.trim().split('.');
    if (rest.length > 0 || !/^\d{1,15}$/.test(expiry)) return null;
    if (!isSameSecret(proof, proofOf(`${member}.${expiry}.${nonce}`))) return null;
    return clock.now() < Number(expiry) ? member : null;
  }

  return {
    newCode(member) {
      const expiresAt = clock.now() + CODE_MS;
      const told = `${member}.${expiresAt}.${randomBytes(NONCE_BYTES).toString('base64url')}`;
      return { code: `${told}.${proofOf(told)}`, expiresAt };
    },

    async redeem(code, person, requestId) {
      const member = memberIn(code);
      if (member === null) return null;
      const use = { principal: USED, key: sha256(code.trim()), request: '', status: 200, body: null };
      const cause: Cause = { actor: `member:${member}`, origin: 'slack', requestId };
      const linking = writeAudited(deps, cause, async (tx, now) => {
        const ref = { kind: 'slack-user', parent: '', key: person } as const;
        const known = await tx.document<SlackUserBody>(ref);
        const link = await tx.put<SlackUserBody>(ref, { member, linkedAt: now }, known?.revision ?? 0);
        await tx.remember({ ...use, at: now });
        return {
          result: member,
          action: 'link-slack',
          summary: `Linked ${person} at Slack`,
          project: null,
          documents: [link],
          before: known?.body ?? null,
          after: link.body,
        };
      });
      return linking.then(({ result }) => result, nullIfUsed);
    },

    async memberOf(person) {
      const link = await store.document<SlackUserBody>({ kind: 'slack-user', parent: '', key: person });
      return link?.body.member ?? null;
    },

    personsOf: (member) => personsOf(store, member),

    async unlink(member, cause) {
      if ((await personsOf(store, member)).length === 0) return;
      await writeAudited(deps, cause, async (tx) => {
        const own = await personsOf(tx, member);
        const ended = [];
        for (const link of own) ended.push(await tx.put(link, { ...link.body, member: null }, link.revision));
        return {
          result: null,
          action: 'unlink-slack',
          summary: `Unlinked ${own.map(({ key: person }) => person).join(', ')} at Slack`,
          project: null,
          documents: ended,
          before: own.map(({ body }) => body),
          after: null,
        };
      });
    },
  };
}

export async function personsOf(reads: Reads, member: string): Promise<readonly StoredDocument<SlackUserBody>[]> {
  const links = await reads.documents<SlackUserBody>('slack-user', '');
  return links.filter(({ body }) => body.member === member);
}

/** The database has seen the code before. */
function nullIfUsed(error: unknown): null {
  if (error instanceof RefusedError && error.refusal.code === 'idempotency-conflict') return null;
  throw error;
}
