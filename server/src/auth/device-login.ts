import { randomInt } from 'node:crypto';
import type { AuditedChange, Cause } from '../audit/audited-write.ts';
import { RefusedError } from '../errors.ts';
import { timeOf } from '../http/api.ts';
import type { DeviceLoginBegun, DeviceLoginState, DeviceLoginView } from '../http/api-types.ts';
import { RETENTION } from '../store/retention.ts';
import type { DeviceLoginRow, WriteTransaction } from '../store/store.ts';
import { type AccessDeps, writeAccess } from './access-write.ts';
import { type ApiTokenInput, grantOf, type TokenGrant, tokenMade } from './api-token-service.ts';
import { hashOf, randomToken } from './secrets.ts';
import type { SessionPrincipal } from './sessions.ts';

/**
 * Signing in on a machine without a browser, in the manner of RFC 8628: the device shows a short code, somebody who is
 * signed in types it and allows a token, and the device, which asks again and again, gets it. The token is made when it
 * is fetched: until then nothing is kept that opens anything.
 */
export interface DeviceLogins {
  begin(asking: {
    readonly name: string;
    readonly address: string;
  }): Promise<Omit<DeviceLoginBegun, 'verificationUrl'>>;
  /** What waits behind a code. */
  find(code: string): Promise<DeviceLoginView>;
  allow(member: SessionPrincipal, code: string, input: ApiTokenInput, cause: Cause): Promise<void>;
  decline(code: string, cause: Cause): Promise<void>;
  /** What has become of it, for the device that holds this code. */
  collect(deviceCode: string, requestId: string): Promise<DeviceLoginState>;
}

type Answer =
  | { readonly kind: 'allowed'; readonly member: string; readonly grant: TokenGrant }
  | { readonly kind: 'declined' };

/** Consonants that are not taken for each other, and that spell no words. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ';
const CODE_LETTERS = 8;
const INTERVAL_MS = 5_000;
/** The network may bring two questions closer together than they were asked. */
const TOLERANCE_MS = 500;

export function createDeviceLogins(deps: AccessDeps): DeviceLogins {
  const { store, clock, directory } = deps;
  const isOver = ({ createdAt }: DeviceLoginRow) => clock.now() - createdAt >= RETENTION.deviceLoginMs;

  async function waiting(reads: Pick<WriteTransaction, 'deviceLogin'>, code: string): Promise<DeviceLoginRow> {
    const row = await reads.deviceLogin({ code: plain(code) });
    if (row === null || row.answer !== null || isOver(row)) throw noSuchCode();
    return row;
  }

  function answer(
    code: string,
    cause: Cause,
    decide: (tx: WriteTransaction, row: DeviceLoginRow) => Promise<Decision>,
  ): Promise<unknown> {
    return writeAccess(deps, cause, async (tx) => {
      const row = await waiting(tx, code);
      const { answer: given, ...change } = await decide(tx, row);
      if (!(await tx.answerDevice(row.device, JSON.stringify(given)))) throw noSuchCode();
      return { result: null, project: null, documents: [], before: null, ...change };
    });
  }

  /** It waits on. Whoever asks too soon has to wait longer from then on. */
  async function wait({ device, askedAt, intervalMs }: DeviceLoginRow): Promise<DeviceLoginState> {
    const now = clock.now();
    const isTooSoon = now - askedAt < intervalMs - TOLERANCE_MS;
    const next = isTooSoon ? intervalMs + INTERVAL_MS : intervalMs;
    await store.touchDevice(device, { askedAt: now, intervalMs: next });
    return { state: isTooSoon ? 'slow-down' : 'pending', intervalSeconds: next / 1_000 };
  }

  return {
    async begin({ name, address }) {
      const deviceCode = randomToken();
      const now = clock.now();
      const row = { device: hashOf(deviceCode), name: unquoted(name), address, answer: null, intervalMs: INTERVAL_MS };
      let code = newCode();
      while (!(await store.beginDevice({ ...row, code, createdAt: now, askedAt: now }))) code = newCode();
      return {
        deviceCode,
        userCode: `${code.slice(0, CODE_LETTERS / 2)}-${code.slice(CODE_LETTERS / 2)}`,
        expiresInSeconds: RETENTION.deviceLoginMs / 1_000,
        intervalSeconds: INTERVAL_MS / 1_000,
      };
    },

    async find(code) {
      const { name, address, createdAt } = await waiting(store, code);
      return {
        name,
        address,
        startedAt: timeOf(createdAt),
        expiresAt: timeOf(createdAt + RETENTION.deviceLoginMs),
      };
    },

    async allow(member, code, input, cause) {
      await answer(code, cause, async (tx, row) => {
        const { name, role, projects, environments, expiresInDays } = input;
        return {
          answer: { kind: 'allowed', member: member.id, grant: await grantOf(tx, member, input) },
          action: 'allow-device',
          summary: `Allowed ${nameOf(row)} a token with the role ${role}`,
          after: { name, role, projects: projects ?? null, environments: environments ?? null, expiresInDays },
        };
      });
    },

    async decline(code, cause) {
      await answer(code, cause, async (_, row) => ({
        answer: { kind: 'declined' },
        action: 'decline-device',
        summary: `Declined to let ${nameOf(row)} sign in`,
        after: null,
      }));
    },

    async collect(deviceCode, requestId) {
      const row = await store.deviceLogin({ device: hashOf(deviceCode) });
      if (row === null || isOver(row)) return { state: 'expired' };
      if (row.answer === null) return wait(row);
      const given = JSON.parse(row.answer) as Answer;
      const member = given.kind === 'allowed' ? directory.member(given.member) : null;
      if (given.kind === 'declined' || member === null) {
        await store.write([], (tx) => tx.endDevice(row.device));
        return { state: 'declined' };
      }
      const cause: Cause = { actor: `member:${member.id}`, origin: 'cli', requestId };
      const { result, secret } = await writeAccess(deps, cause, async (tx, now) => {
        if (!(await tx.endDevice(row.device))) throw noSuchCode();
        return tokenMade(tx, member, given.grant, now);
      });
      if (secret === undefined) throw new Error('a token was made without a secret');
      return { state: 'allowed', document: result, secret };
    },
  };
}

type Decision = Pick<AuditedChange<null>, 'action' | 'summary' | 'after'> & { readonly answer: Answer };

const newCode = (): string => Array.from({ length: CODE_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('');

/** As people type it: with or without its hyphen, in any case. */
const plain = (code: string): string => code.toUpperCase().replace(/[^A-Z]/g, '');

const nameOf = ({ name, address }: DeviceLoginRow): string => `the device "${name}" at ${address}`;

/** Anybody names a device: what people are asked sets the name off by such marks, and must not end before it does. */
const unquoted = (name: string): string => name.replace(/["`]/g, "'");

function noSuchCode(): RefusedError {
  return new RefusedError({
    code: 'not-found',
    detail:
      'No device waits with this code: it was answered already, is too old, or is not written so. Begin again there.',
  });
}
