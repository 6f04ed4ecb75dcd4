import { hkdfSync } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { ENVIRONMENT, flagWorld } from '../support/flag-world.ts';
import { rowsInPostgres } from '../support/pg-dump.ts';
import { newDatabase } from '../support/postgres.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { openSdkSocket } from '../support/sdk-socket.ts';
import { ADMIN, startService } from '../support/start-service.ts';

const PROJECT = '/api/v1/projects/default';
const HERE = `${PROJECT}/environments/${ENVIRONMENT}`;
/** Where nobody listens. */
const NOBODY = 'http://127.0.0.1:1';
/** Whoever knows them may write to the channel. */
const ADDRESSES = {
  slack: `${NOBODY}/services/T00/B00/canaryOfTheSlackAddress`,
  webhook: `${NOBODY}/canaryOfTheHook`,
} as const;
const SIGNING_SECRET = 'signing secret of the Slack app';

interface Made {
  readonly document: { readonly id: string };
  readonly secret: string;
}

/** What signs and seals contexts in its name. */
const derivedOf = (secret: string): readonly string[] =>
  ['mac', 'seal'].flatMap((use) => {
    const key = Buffer.from(hkdfSync('sha256', secret, '', `glidepath/${use}`, 32));
    return [key.toString('hex'), key.toString('base64').slice(0, 40), key.toString('latin1')];
  });

/** As PostgreSQL prints bytes. */
const inHex = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** What somebody finds who has the files of a database, or a dump of it. */
interface Database {
  readonly settings: Readonly<Record<string, string>>;
  stored(dataDir: string): Promise<string>;
}

const databases = {
  async SQLite(): Promise<Database> {
    const filesIn = (dataDir: string) => readdirSync(dataDir).filter((name) => name.startsWith('glidepath.db'));
    const textOf = (dataDir: string) => filesIn(dataDir).map((name) => readFileSync(path.join(dataDir, name)));
    return { settings: {}, stored: async (dataDir) => Buffer.concat(textOf(dataDir)).toString('latin1') };
  },
  async PostgreSQL(): Promise<Database> {
    const url = await newDatabase(inject('pgUrl'));
    const settings = { DATABASE_URL: url, SECRET: 'what a server over PostgreSQL is given' };
    return { settings, stored: async () => (await rowsInPostgres(url)).join('\n') };
  },
} as const;

test.for(['SQLite', 'PostgreSQL'] as const)(
  'T60: no key, token, password, session, ticket or address of a channel is in a log, an answer, a figure, the audit or the database: %s',
  async (engine) => {
    const { settings, stored } = await databases[engine]();
    const logged: string[] = [];
    const outbound = { OUTBOUND_ALLOW: '127.0.0.1', SLACK_ORIGIN: NOBODY, SLACK_SIGNING_SECRET: SIGNING_SECRET };
    await using service = await startService({
      logger: recordingLogger(logged),
      settings: { ...settings, ...outbound },
    });
    const { admin } = service;
    /** Every answer but the one with which a secret is handed over. */
    const told: string[] = [];
    const tell = (answer: { readonly body: unknown; readonly headers: Headers }): void => {
      told.push(JSON.stringify(answer.body), JSON.stringify([...answer.headers]));
    };
    const made = async (route: string, body: object): Promise<Made> =>
      (await admin.send<Made>('POST', route, { body })).body;
    const key = await made(`${HERE}/sdk-keys`, { name: 'server', kind: 'server' });
    const successor = await made(`${HERE}/sdk-keys/${key.document.id}/rotate`, { overlapHours: 1 });
    const revoked = await made(`${HERE}/sdk-keys`, { name: 'gone', kind: 'server' });
    await admin.send('DELETE', `${HERE}/sdk-keys/${revoked.document.id}`);
    const tokens = [await made('/api/v1/api-tokens', { name: 'ci', role: 'admin' })];
    const channels = await Promise.all(
      Object.entries(ADDRESSES).map(([kind, address]) =>
        made(`${PROJECT}/channels`, { name: kind, kind, address, events: ['flag-killed'] }),
      ),
    );
    // It is told to nobody; why, is kept and logged.
    for (const { document } of channels) {
      tell(await admin.send('POST', `${PROJECT}/channels/${document.id}/test`));
      tell(await admin.send('GET', `${PROJECT}/channels/${document.id}`));
    }
    const secrets = [key, successor, revoked, ...tokens].map(({ secret }) => secret);
    const wrongPassword = 'a wrong password of somebody';
    await flagWorld(service).flag({ key: 'checkout', clientSide: true });

    // Each is used where it belongs and where it does not, in headers, bodies and addresses.
    for (const secret of secrets) {
      for (const [method, route] of [
        ['GET', '/sdk/v1/payload'],
        ['GET', '/api/v1/projects'],
        ['GET', '/nowhere'],
        ['POST', '/ofrep/v1/evaluate/flags'],
        ['POST', `${HERE}/flags/checkout/kill`],
      ] as const) {
        const body = method === 'POST' ? { context: { targetingKey: secret }, reason: 7, other: secret } : undefined;
        tell(await service.as(secret)(method, route, body && { body }));
      }
      tell(await service.send('GET', `/sdk/v1/payload?key=${secret}`));
      tell(await service.send('POST', '/client/v1/evaluate', { body: { id: secret, context: {} } }));
      const socket = await openSdkSocket({ url: service.url, key: secret }).catch(() => null);
      socket?.hello(null);
      if (socket !== null) told.push(JSON.stringify(await socket.take('commit')), JSON.stringify(socket.frames));
      socket?.close();
    }
    tell(await service.send('POST', '/api/v1/session', { body: { email: ADMIN.email, password: wrongPassword } }));
    tell(await service.send('POST', '/api/v1/session', { body: `{"password":"${wrongPassword}"` }));
    const { body } = await service.as(key.secret)('POST', '/ofrep/v1/evaluate/flags', { body: { context: {} } });
    const tickets = [...JSON.stringify(body).matchAll(/ticket=([\w.~-]+)/g)].map(([, ticket = '']) => ticket);
    expect(tickets).toHaveLength(1);
    await fetch(`${service.url}/ofrep/v1/streams?ticket=${tickets[0]}x`);

    // Whatever an administrator may read.
    const places: Readonly<Record<string, string>> = { p: 'default', e: ENVIRONMENT, f: 'checkout', key: 'checkout' };
    let read = 0;
    for (const { method, url } of service.routes) {
      if (method !== 'GET' || url.includes('*') || url.includes('stream')) continue;
      const route = url.replaceAll(/:(\w+)/g, (_, name: string) => places[name] ?? 'x');
      const answer = await admin.send('GET', route);
      if (answer.status === 200) read += 1;
      // One's own session is told to oneself.
      if (route !== '/api/v1/session') tell(answer);
    }
    expect(read).toBeGreaterThan(15);

    const kept = await stored(service.dataDir);
    expect(kept).toContain('checkout');
    expect(kept).toContain(ADMIN.email);
    const surfaces = { logged: logged.join('\n'), told: told.join('\n'), stored: kept };
    const canaries = [
      ...secrets,
      ...secrets.flatMap(derivedOf),
      ...tickets,
      'canaryOfTheSlackAddress',
      'canaryOfTheHook',
      channels[1]?.secret ?? '',
      SIGNING_SECRET,
      ADMIN.password,
      wrongPassword,
      admin.cookie.split('=')[1] ?? '',
      ...(settings['SECRET'] === undefined ? [] : [settings['SECRET']]),
      service.listening.setupLink?.split('#')[1] ?? '',
    ];
    expect(canaries.filter((canary) => canary.length < 8)).toEqual([]);
    for (const [place, text] of Object.entries(surfaces)) {
      expect(text.length, place).toBeGreaterThan(1_000);
      // Worth nothing without the session, of which a hash is stored.
      if (place !== 'stored') expect(text, place).not.toContain(admin.csrf);
      expect(
        canaries.flatMap((canary, i) => (text.includes(canary) || text.includes(inHex(canary)) ? [i] : [])),
        place,
      ).toEqual([]);
    }
  },
);
