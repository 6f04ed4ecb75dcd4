import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createOutbound } from '../outbound/http-outbound.ts';
import { newSigningSecret, signatureHeaders } from '../outbound/signature.ts';
import { createManualClock } from '../test-clock.ts';
import type { Gate } from './gate.ts';
import { gateSchema } from './gate-schemas.ts';
import { trialOf } from './gate-trial.ts';
import type { Sources } from './gate-world.ts';
import { type JudgedWorld, NO_SOURCES, openJudged } from './judged.contract.ts';

type Answer = (request: IncomingMessage & { readonly text: string }, response: ServerResponse) => void;

/** What the team's own Prometheus, or its webhook, says. */
interface Source extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly path: string; readonly text: string; readonly headers: IncomingMessage['headers'] }[];
  says(answer: Answer): void;
}

async function openSource(): Promise<Source> {
  let answer: Answer = (_request, response) => response.end();
  const requests: Source['requests'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      requests.push({ path: request.url ?? '', text, headers: request.headers });
      answer(Object.assign(request, { text }), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    says(told) {
      answer = told;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const json = (body: unknown, status = 200): Answer => {
  return (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};
const vector = (...values: readonly string[]): Answer => {
  const result = values.map((value, i) => ({ metric: { instance: `i-${i}` }, value: [1_900_000_000, value] }));
  return json({ status: 'success', data: { resultType: 'vector', result } });
};

const SECRET = newSigningSecret();
const clock = createManualClock(0);
let source: Source;
let world: JudgedWorld;
let sources: Sources;

beforeEach(async () => {
  source = await openSource();
  sources = {
    outbound: createOutbound({ clock, allow: ['127.0.0.0/8'], slackOrigin: null }),
    prometheus: { url: source.url, token: 'not-for-logs' },
    sign: (message) => signatureHeaders({ ...message, secret: SECRET }),
  };
  world = await openJudged({ sources });
  await world.engine.aFlag();
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  await source[Symbol.asyncDispose]();
});

const STAGES = [
  { kind: 'percent', percent: 10, bakeMinutes: 1 },
  { kind: 'percent', percent: 100, bakeMinutes: 1 },
] as const;
const aQuery = (more: object = {}): Gate =>
  gateSchema.parse({
    id: 'p',
    kind: 'prometheus',
    query: 'errors{flag="{{flag}}"}',
    threshold: 5,
    windowMinutes: 1,
    ...more,
  });

async function started(...gates: readonly Gate[]): Promise<string> {
  const id = await world.engine.start({ stages: STAGES, gates });
  await world.engine.look();
  return id;
}

async function ticks(n: number): Promise<void> {
  for (let i = 0; i < n; i += 1) await world.tick();
}

const reasonOf = async (id: string, gate = 'p'): Promise<string> => {
  const verdict = await world.verdict(id, gate);
  return verdict === null || verdict.kind === 'pass' ? (verdict?.kind ?? '') : `${verdict.kind}: ${verdict.reason}`;
};

describe('T52: a query of Prometheus', () => {
  test.for<[what: string, answer: Answer, verdict: string]>([
    ['that gives nothing', vector(), 'no-data: the query gave nothing'],
    ['that gives NaN', vector('NaN'), 'no-data: the query gave no number (NaN)'],
    [
      'that gives ten times the same',
      vector(...Array.from({ length: 10 }, () => '1')),
      'provider-error: the query gave 10 series',
    ],
    [
      'that is wrong',
      json({ status: 'error', error: 'parse error' }, 400),
      'provider-error: Prometheus answered 400: parse error',
    ],
    ['that fails', json({}, 503), 'provider-error: Prometheus answered 503'],
    [
      'that leads elsewhere',
      (_request, response) => response.writeHead(302, { location: source.url }).end(),
      'provider-error: Prometheus answered 302',
    ],
    [
      'that is answered by a page',
      (_request, response) => response.end('<html>'),
      'provider-error: Prometheus answered something',
    ],
    ['that is cut off', (request) => request.socket.destroy(), 'provider-error: Prometheus could not be asked'],
  ])('%s holds the rollout, and is no harm', async ([, answer, verdict]) => {
    source.says(answer);
    const id = await started(aQuery());
    await ticks(9);
    expect(await reasonOf(id)).toContain(verdict);
    expect(await world.engine.state(id)).toBe('holding');
    expect((await world.engine.row(id)).rollout.state).toMatchObject({ progress: { stage: 0, bakedMs: 0 } });
  });

  test('goes on while it gives what is on the right side, below zero too, whatever its clock says', async () => {
    source.says(json({ status: 'success', data: { resultType: 'scalar', result: [4_000_000_000, '-3'] } }));
    const id = await started(aQuery());
    await ticks(8);
    expect(await reasonOf(id)).toBe('pass');
    expect((await world.verdict(id, 'p'))?.figures).toMatchObject({ value: -3, limit: 5 });
    expect(await world.engine.course(id)).toContain('running 100');
  });

  test('rolls back once it is on the wrong side twice in a row', async () => {
    const id = await started(aQuery());
    for (const [value, verdict] of [
      ['9', 'inconclusive'],
      ['1', 'pass'],
      ['+Inf', 'inconclusive'],
    ] as const) {
      source.says(vector(value));
      await world.tick();
      expect(await reasonOf(id)).toContain(verdict);
    }
    source.says(vector('9'));
    await world.tick();
    expect(await reasonOf(id)).toBe('fail: 9 is above 5, twice in a row');
    expect(await world.engine.state(id)).toBe('rolled-back');
  });

  test('without data rolls back after its window where the gate says so, and never where it cannot be asked', async () => {
    source.says(json({}, 500));
    const id = await started(aQuery({ onNoData: 'roll-back' }));
    await ticks(10);
    expect(await world.engine.state(id)).toBe('holding');
    source.says(vector());
    await ticks(8);
    expect(await world.engine.state(id)).toBe('rolled-back');
  });

  test('is asked with what is released filled in, and with its token, which nobody is told', async () => {
    source.says(json({ error: 'not-for-you' }, 401));
    const id = await started(aQuery());
    await world.tick();
    const [request] = source.requests;
    expect([request?.path, request?.headers.authorization]).toEqual(['/api/v1/query', 'Bearer not-for-logs']);
    expect(new URLSearchParams(request?.text).get('query')).toBe('errors{flag="checkout"}');
    expect(await reasonOf(id)).not.toContain('not-for-logs');
  });

  test('that is never answered delays no other gate, and is given up', async () => {
    let heard: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => {
      heard = resolve;
    });
    source.says(() => heard());
    const id = await started(aQuery(), gateSchema.parse({ id: 'calm', kind: 'incident' }));
    world.engine.world.time.now += 10_000;
    const asked = world.judge.ask();
    await isAsked;
    await expect.poll(() => reasonOf(id, 'calm')).toBe('pass');
    expect(await reasonOf(id)).toBe('');
    clock.moveTo(clock.now() + 6_000);
    await asked;
    expect(await reasonOf(id)).toContain('provider-error: Prometheus could not be asked');
  });

  test('keeps, however many of a project are never answered, no gate that asks nobody from being judged', async () => {
    let asked = 0;
    source.says(() => {
      asked += 1;
    });
    const silent = Array.from({ length: 30 }, (_, i) => aQuery({ id: `p${i}` }));
    const id = await started(...silent, gateSchema.parse({ id: 'calm', kind: 'incident' }));
    world.engine.world.time.now += 10_000;
    const judged = world.judge.ask();
    await expect.poll(() => reasonOf(id, 'calm')).toBe('pass');
    await expect.poll(() => asked).toBe(20);
    // The others have their turn once these are given up.
    clock.moveTo(clock.now() + 6_000);
    await expect.poll(() => asked).toBe(30);
    clock.moveTo(clock.now() + 6_000);
    await judged;
    expect(await reasonOf(id, 'p29')).toContain('no answer in time');
  });

  test('is asked, however many of a project there are at once: none is left out each time', async () => {
    source.says(vector('0'));
    const id = await started(...Array.from({ length: 30 }, (_, i) => aQuery({ id: `p${i}` })));
    world.engine.world.time.now += 10_000;
    await world.judge.ask();
    const said = await world.engine.world.store.gateChecks(id);
    expect(said.flatMap(({ gate, verdict }) => (verdict?.kind === 'pass' ? [gate] : []))).toHaveLength(30);
  });

  test('is tried before it is started: what is wrong is refused, what says nothing is told', async () => {
    const { plan } = (await world.engine.row(await started(aQuery()))).rollout;
    const asked = { project: 'p', environment: 'e', environmentId: 'x', flag: 'checkout' };
    const tried = (gates: readonly Gate[], from = sources) =>
      trialOf({ reads: world.engine.world.store, sources: from }, { ...asked, plan: { ...plan, gates } }, 0);
    source.says(vector());
    expect(await tried([aQuery()])).toEqual({
      problems: [],
      warnings: ['p: the query gave nothing. The rollout will not go on until its query gives data.'],
    });
    source.says(vector('9'));
    expect(await tried([aQuery()])).toEqual({ problems: [], warnings: [] });
    const { problems } = await tried([
      aQuery({ query: 'up{{flag}}' }),
      aHook(source.url),
      aHook('http://169.254.169.254/'),
    ]);
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/gates/0/query', '/gates/2/url']);
    const none = await tried([aQuery(), aHook(source.url)], NO_SOURCES);
    expect(none.problems.map(({ pointer }) => pointer)).toEqual(['/gates/0/kind', '/gates/1/kind']);
    const counted = gateSchema.parse({ id: 'm', kind: 'metric', metric: 'carts', threshold: 1 });
    expect((await tried([counted])).warnings).toEqual(['m: no application has reported `carts` for this flag yet.']);
  });
});

const aHook = (url: string): Gate => gateSchema.parse({ id: 'p', kind: 'webhook', url });

describe('T52: a webhook', () => {
  const status = (code: number): Answer => {
    return (_request, response) => response.writeHead(code).end();
  };

  test('passes with any 2xx, and is told what is released under a signature', async () => {
    source.says(status(204));
    const id = await started(aHook(`${source.url}/ask`));
    await world.tick();
    expect(await reasonOf(id)).toBe('pass');
    const [request] = source.requests;
    const told = JSON.parse(request?.text ?? '') as Record<string, unknown>;
    expect(told).toMatchObject({
      gate: 'p',
      rollout: id,
      flag: 'checkout',
      environment: 'production',
      variation: 'on',
      stage: 0,
      percent: 10,
    });
    const headers = request?.headers ?? {};
    const [messageId, seconds] = [String(headers['webhook-id']), Number(headers['webhook-timestamp'])];
    const signed = signatureHeaders({ id: messageId, at: seconds * 1_000, body: request?.text ?? '', secret: SECRET });
    expect(headers['webhook-signature']).toBe(signed['webhook-signature']);
  });

  test('fails with any other clear answer, twice in a row', async () => {
    source.says(status(409));
    const id = await started(aHook(source.url));
    await world.tick();
    expect(await reasonOf(id)).toBe('inconclusive: it answered 409; asked once more');
    await world.tick();
    expect(await world.engine.state(id)).toBe('rolled-back');
  });

  test.for<[what: string, answer: Answer]>([
    ['is out of order', status(500)],
    ['has enough', status(429)],
    ['hangs up', (request) => request.socket.destroy()],
  ])('that %s is no failure, and breaks the row of them', async ([, answer]) => {
    source.says(status(409));
    const id = await started(aHook(source.url));
    await world.tick();
    source.says(answer);
    await world.tick();
    expect(await reasonOf(id)).toContain('provider-error');
    source.says(status(409));
    await world.tick();
    expect(await reasonOf(id)).toContain('inconclusive');
    expect(await world.engine.state(id)).toBe('running');
  });
});
