import type { KnownRoute } from '@glidepath/server';
import { createManualClock } from '@glidepath/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN, type Send, type Service, startService } from '../support/start-service.ts';

/** T54: every route × everybody there is. What they may is written down here a second time, on purpose. */

const DAY = 24 * 3_600_000;
const RANKS = ['viewer', 'operator', 'editor', 'admin'] as const;
type Rank = (typeof RANKS)[number];

/** The weakest role for each action, as the model describes the roles. */
const NEEDED: Readonly<Record<string, Rank>> = {
  'project.read': 'viewer',
  'flag.read': 'viewer',
  'flag.evaluate': 'viewer',
  'key.read': 'viewer',
  'member.read': 'viewer',
  'audit.read': 'viewer',
  'token.edit': 'viewer',
  'flag.kill': 'operator',
  'flag.toggle': 'operator',
  'rollout.run': 'operator',
  'deploy.record': 'operator',
  'code.upload': 'operator',
  'incident.edit': 'operator',
  'flag.edit': 'editor',
  'plan.edit': 'editor',
  'segment.edit': 'editor',
  'environment.edit': 'admin',
  'project.edit': 'admin',
  'key.edit': 'admin',
  'member.edit': 'admin',
  'channel.edit': 'admin',
  'integration.edit': 'admin',
};

type Kind = 'anonymous' | 'member' | 'token' | 'server-key' | 'client-key';

/** Somebody, and how far that reaches. `project` and `environment` restrict to one that is not asked about below. */
interface Somebody {
  readonly name: string;
  readonly kind: Kind;
  readonly rank?: Rank;
  /** Of what the rank may. */
  readonly only?: readonly string[];
  /** Where the rank holds: everywhere, only in the project asked about, or only elsewhere. */
  readonly reach?: 'everywhere' | 'here' | 'this-environment' | 'elsewhere';
  readonly send: Send;
}

let service: Service;
let everybody: readonly Somebody[];

beforeAll(async () => {
  const clock = createManualClock(Date.UTC(2026, 0, 5));
  service = await startService({ clock });
  await service.admin.send('POST', '/api/v1/projects', { body: { key: 'other' } });
  const expired = await service.token({ expiresInDays: 1 });
  clock.leapTo(clock.now() + DAY);
  everybody = await everybodyThereIs(expired);
});
afterAll(() => service[Symbol.asyncDispose]());

async function everybodyThereIs(expired: string): Promise<readonly Somebody[]> {
  const admin = await service.signIn(ADMIN);
  const member = async (name: string, roles: Readonly<Record<string, Rank>>) => {
    const credentials = { email: `${name}@example.test`, password: 'the harbour at night' };
    const { body } = await admin.send<{ document: { id: string } }>('POST', '/api/v1/members', {
      body: { ...credentials, name, roles },
    });
    return { id: body.document.id, send: (await service.signIn(credentials)).send };
  };
  const token = async (input: object) => {
    const { body } = await admin.send<{ secret: string }>('POST', '/api/v1/api-tokens', {
      body: { name: 'matrix', ...input },
    });
    return service.as(body.secret);
  };
  const keys = '/api/v1/projects/default/environments/development/sdk-keys';
  const key = async (kind: 'server' | 'client') =>
    (
      await admin.send<{ document: { id: string }; secret: string }>('POST', keys, {
        body: { name: 'matrix', kind },
      })
    ).body;
  const disabled = await member('disabled', { '*': 'admin' });
  await admin.send('PATCH', `/api/v1/members/${disabled.id}`, { body: { disabled: true } });
  const revoked = await key('server');
  await admin.send('DELETE', `${keys}/${revoked.document.id}`);
  const forged = `${revoked.secret.slice(0, 20)}${'A'.repeat(36)}`;
  const here = { kind: 'member', reach: 'here' } as const;
  return [
    { name: 'nobody', kind: 'anonymous', send: service.send },
    { name: 'a forged key', kind: 'anonymous', send: service.as(forged) },
    { name: 'a revoked key', kind: 'anonymous', send: service.as(revoked.secret) },
    { name: 'an expired token', kind: 'anonymous', send: service.as(expired) },
    { name: 'a blocked administrator', kind: 'anonymous', send: disabled.send },
    { name: 'a server key', kind: 'server-key', send: service.as((await key('server')).secret) },
    { name: 'a client key', kind: 'client-key', send: service.as((await key('client')).secret) },
    { ...here, name: 'a viewer', rank: 'viewer', send: (await member('viewer', { default: 'viewer' })).send },
    { ...here, name: 'an operator', rank: 'operator', send: (await member('operator', { default: 'operator' })).send },
    { ...here, name: 'an editor', rank: 'editor', send: (await member('editor', { default: 'editor' })).send },
    { ...here, name: 'a project admin', rank: 'admin', send: (await member('chief', { default: 'admin' })).send },
    {
      name: 'an admin of another project',
      kind: 'member',
      rank: 'admin',
      reach: 'elsewhere',
      send: (await member('stranger', { other: 'admin' })).send,
    },
    { name: 'an administrator', kind: 'member', rank: 'admin', reach: 'everywhere', send: admin.send },
    {
      name: 'a viewer token',
      kind: 'token',
      rank: 'viewer',
      reach: 'everywhere',
      send: await token({ role: 'viewer' }),
    },
    { name: 'an admin token', kind: 'token', rank: 'admin', reach: 'everywhere', send: await token({ role: 'admin' }) },
    {
      name: 'a token of this project',
      kind: 'token',
      rank: 'admin',
      reach: 'here',
      send: await token({ role: 'admin', projects: ['default'] }),
    },
    {
      name: 'a token of a pipeline',
      kind: 'token',
      rank: 'operator',
      only: ['code.upload', 'project.read', 'flag.read'],
      reach: 'here',
      send: await token({ role: 'operator', only: ['code.upload'], projects: ['default'] }),
    },
    {
      name: 'a token of another project',
      kind: 'token',
      rank: 'admin',
      reach: 'elsewhere',
      send: await token({ role: 'admin', projects: ['other'] }),
    },
    {
      name: 'a token of this environment',
      kind: 'token',
      rank: 'editor',
      reach: 'this-environment',
      send: await token({ role: 'editor', environments: ['development'] }),
    },
    {
      name: 'a token of another environment',
      kind: 'token',
      rank: 'admin',
      reach: 'elsewhere',
      send: await token({ role: 'admin', environments: ['production'] }),
    },
  ];
}

/** Routes whose handler decides by what is asked for; without a query that is the whole installation. */
const BY_QUERY: ReadonlySet<string> = new Set(['/api/v1/audit']);
/** Routes that no header opens: only a ticket, or a key in the body, which nobody here sends. */
const BY_NO_HEADER: ReadonlySet<string> = new Set(['/ofrep/v1/stream', '/client/v1/evaluate', '/client/v1/b']);

function isAllowed(somebody: Somebody, { policy, url }: KnownRoute): boolean {
  const { kind, rank, reach, only } = somebody;
  if (BY_QUERY.has(url)) return rank !== undefined && reach === 'everywhere';
  if (policy.action === 'public') return true;
  if (BY_NO_HEADER.has(url)) return false;
  if (!policy.principals.includes(kind)) return false;
  if (policy.action === 'signed-in' || policy.action === 'stream') return true;
  const needed = NEEDED[policy.action];
  if (needed === undefined) throw new Error(`the matrix does not know the action ${policy.action}: add it`);
  if (rank === undefined || RANKS.indexOf(rank) < RANKS.indexOf(needed)) return false;
  if (only !== undefined && !only.includes(policy.action)) return false;
  switch (policy.object) {
    case 'none':
      return true;
    case 'installation':
      return reach === 'everywhere';
    case 'project':
      return reach === 'everywhere' || reach === 'here';
    case 'environment':
      return reach !== 'elsewhere';
  }
}

/** With names that are not there, so that whoever is let in changes nothing. */
function pathOf({ url }: KnownRoute): string {
  return url
    .replace(':p', 'default')
    .replace(':e', 'development')
    .replace(/:version/, '1')
    .replace(/:\w+|\*/g, 'not-there');
}

/** A preflight answers only whether something may be asked. */
const HARMLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

describe('the route table', () => {
  test('lets nobody write without a principal, but to set up, to sign in, by hand or as a device, and by a signature', () => {
    const open = service.routes
      .filter(({ policy, method }) => policy.principals.includes('anonymous') && !HARMLESS.has(method))
      .map(({ method, url }) => `${method} ${url}`);
    expect(open.sort()).toEqual([
      'POST /api/v1/device-logins',
      'POST /api/v1/device-logins/token',
      'POST /api/v1/session',
      'POST /api/v1/setup',
      'POST /hooks/v1/:integration',
      'POST /hooks/v1/slack',
    ]);
  });

  test('T54: nobody gets anywhere without the right to', { timeout: 120_000 }, async () => {
    const wrong: string[] = [];
    let asked = 0;
    // Signing out comes last: it would turn somebody into nobody.
    const routes = service.routes.toSorted((a, b) => Number(isSignOut(a)) - Number(isSignOut(b)));
    for (const route of routes) {
      for (const somebody of everybody) {
        asked += 1;
        const mayHaveBody = !HARMLESS.has(route.method) && route.method !== 'DELETE';
        const answer = await somebody.send(route.method, pathOf(route), mayHaveBody ? { body: {} } : {});
        const isRefused = answer.status === 401 || answer.status === 403 || isForeign(answer.body, answer.status);
        // An answer to HEAD has no body that would tell one 404 from another.
        const isUnknown = route.method === 'HEAD' && answer.status === 404;
        if (isRefused !== !isAllowed(somebody, route) && !isUnknown) {
          wrong.push(`${somebody.name}: ${route.method} ${route.url} answered ${answer.status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(700);
  });
});

const isSignOut = ({ method, url }: KnownRoute): boolean =>
  method === 'DELETE' && (url === '/api/v1/session' || url === '/api/v1/token');

/** A project that one may not see looks as if it were not there. */
function isForeign(body: { readonly detail?: unknown } | string, status: number): boolean {
  return status === 404 && typeof body === 'object' && String(body.detail).includes('no such project or environment');
}
