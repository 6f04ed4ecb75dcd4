import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.ts';
import { RETENTION } from '../store/retention.ts';
import type { SessionRow, Store, WriteTransaction } from '../store/store.ts';
import type { Directory, DirectoryMember } from './directory.ts';
import type { Principal } from './principal.ts';
import { hashOf, randomToken } from './secrets.ts';

/** How exact the last use is kept: a write per request would be one too many. */
const SEEN_RESOLUTION_MS = 5 * 60_000;

export type SessionPrincipal = Extract<Principal, { kind: 'member' }>;

/** A session that was just begun. Only the cookie holds its id; the store has the hash. */
export interface NewSession {
  readonly id: string;
  readonly csrf: string;
}

/** Begins a session: always under a new id, so that nobody can plant one before sign-in. */
export async function beginSession(tx: WriteTransaction, member: string, now: number): Promise<NewSession> {
  const session = { id: randomToken(), csrf: randomToken() };
  await tx.putSession({ hash: hashOf(session.id), member, csrf: session.csrf, createdAt: now, seenAt: now });
  return session;
}

export interface Sessions {
  /** Who holds this session; null = none such, over, or its member may no longer sign in. */
  holderOf(id: string): Promise<SessionPrincipal | null>;
}

export function openSessions(store: Store, clock: Clock, directory: Directory): Sessions {
  /** Whoever has a session may have become a member at another replica a moment ago. */
  async function lately(id: string): Promise<DirectoryMember | null> {
    await directory.refresh();
    return directory.member(id);
  }

  return {
    async holderOf(id) {
      const row = await store.session(hashOf(id));
      if (!row) return null;
      const now = clock.now();
      if (isOver(row, now)) {
        await store.removeSessions({ hash: row.hash });
        return null;
      }
      const member = directory.member(row.member) ?? (await lately(row.member));
      if (!member) return null;
      if (now - row.seenAt >= SEEN_RESOLUTION_MS) await store.touchSession(row.hash, now);
      const { name, roles } = member;
      return { kind: 'member', id: member.id, name, roles, sessionHash: row.hash, csrf: row.csrf };
    },
  };
}

/** The member whom a route's policy let in by session. */
export function sessionOf({ principal }: Pick<FastifyRequest, 'principal'>): SessionPrincipal {
  if (principal.kind !== 'member') throw new Error(`this route's policy lets a ${principal.kind} principal in`);
  return principal;
}

function isOver({ createdAt, seenAt }: SessionRow, now: number): boolean {
  return now - seenAt >= RETENTION.sessionIdleMs || now - createdAt >= RETENTION.sessionMs;
}
