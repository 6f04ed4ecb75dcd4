import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { COMMANDS } from './commands.ts';
import { EXIT_CODES } from './failure.ts';
import { commandIn } from './parse.ts';
import { aRollout } from './rollout/testing-rollout.ts';
import { run } from './run.ts';
import { newSeen, testOutside } from './testing-outside.ts';

/** A line for each command that does what it is for. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  login: ['login', '--device'],
  logout: ['logout'],
  whoami: ['whoami'],
  doctor: ['doctor'],
  'flags list': ['flags', 'list', '--state', 'on'],
  'flags get': ['flags', 'get', 'new-checkout'],
  'flags history': ['flags', 'history', 'new-checkout', '--env', 'production'],
  'flags create': ['flags', 'create', 'new-checkout', '--type', 'boolean', '--lifetime', '30'],
  'flags archive': ['flags', 'archive', 'new-checkout'],
  'flags unarchive': ['flags', 'unarchive', 'new-checkout'],
  on: ['on', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  off: ['off', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  kill: ['kill', 'new-checkout', '--env', 'production', '--reason', 'why', '--wait'],
  restore: ['restore', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  revert: ['revert', 'new-checkout', '--to', '2', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout start': ['rollout', 'start', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout run': ['rollout', 'run', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout status': ['rollout', 'status', 'new-checkout', '--env', 'production'],
  'rollout watch': ['rollout', 'watch', 'new-checkout', '--env', 'production'],
  'rollout pause': ['rollout', 'pause', 'new-checkout', '--env', 'production', '--reason', 'why'],
  'rollout resume': ['rollout', 'resume', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout advance': ['rollout', 'advance', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout approve': ['rollout', 'approve', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout check': ['rollout', 'check', 'new-checkout', 'told', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout uncheck': ['rollout', 'uncheck', 'new-checkout', 'told', '--env', 'production', '--reason', 'why'],
  'rollout roll-back': ['rollout', 'roll-back', 'new-checkout', '--env', 'production', '--reason', 'why'],
  'rollout abort': ['rollout', 'abort', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'rollout restart': ['rollout', 'restart', 'new-checkout', '--env', 'production', '--reason', 'why', '--yes'],
  'can-i-release': ['can-i-release', '--env', 'production'],
  explain: ['explain', 'new-checkout', '--env', 'production', '--context', '{"key":"u"}'],
  'deploy record': ['deploy', 'record', '--service', 'api', '--version', '1.4.0', '--env', 'production'],
  pull: ['pull', 'flags.json'],
  plan: ['plan'],
  apply: ['apply', '--yes', '--env', 'production', '--reason', 'why'],
  import: ['import', 'flagd', 'theirs.json', '--env', 'production', '--verify', 'contexts.jsonl'],
  typegen: ['typegen', '--sdk', 'node', '--watch'],
  scan: ['scan', 'src', '--check'],
  prune: ['prune', 'new-checkout', '--offline', '--variation', 'on'],
  completion: ['completion', 'bash'],
};

const CONFIG = { on: true, killed: null, revision: 3, serves: ['on for all'], environment: 'production' };
const FLAG = {
  key: 'new-checkout',
  type: 'boolean',
  purpose: 'release',
  owner: null,
  clientSide: false,
  archivedAt: null,
  description: '',
  variations: [{ key: 'on', value: true }],
  environments: [CONFIG],
};
const TOKEN = {
  name: 'laptop',
  role: 'editor',
  only: null,
  projects: null,
  environments: null,
  expiresAt: '2100-01-01T00:00:00Z',
};
const BEGUN = {
  deviceCode: 'd',
  userCode: 'BCDF-GHJK',
  verificationUrl: 'https://f.test/cli',
  expiresInSeconds: 9,
  intervalSeconds: 5,
};
const EVALUATION = { flag: 'new-checkout', value: true, variation: 'on', reason: { kind: 'FALLTHROUGH' }, trace: [] };
const DELIVERY = {
  connected: 2,
  applied: 2,
  gone: 0,
  p50Ms: 3,
  slowestMs: 4,
  stragglers: [],
  browsers: { connected: 0, applied: 0 },
  pollers: 0,
  complete: true,
};
const ROLLOUT = aRollout({ state: 'completed', percent: 100 });
const RELEASABLE = { go: true, reasons: [], freeze: null, incidents: [], rollouts: [] };
const FORECAST = { warnings: ['Nothing rolls it back.'], stages: [], sentence: 'Nothing was measured.' };
const WRITTEN = { changeId: 'c-1', versions: { production: 9 }, delivery: { production: DELIVERY }, document: CONFIG };

/** What the service answers, by the ends of paths: the first that fits. */
const SETTLED = { dryRun: true, fingerprint: 'f', changeId: null, changes: [], leftAlone: [], versions: {} };
const ANSWERS: readonly (readonly [RegExp, unknown])[] = [
  [/^POST .*\/definitions\?dryRun=true/, SETTLED],
  [/^GET \/health\/live/, { state: 'ready' }],
  [/^GET \/api\/v1\/token/, TOKEN],
  [/^GET \/api\/v1\/audit/, { items: [{ seq: 7 }], total: 1 }],
  [/^POST \/api\/v1\/device-logins$/, BEGUN],
  [/^POST \/api\/v1\/device-logins\/token/, { state: 'allowed', document: TOKEN, secret: 'gp_api_x' }],
  [/^POST .*\/evaluate$/, EVALUATION],
  [/^POST .*\/deploys$/, { document: { rollouts: [] }, changeId: 'c-1', repeated: false }],
  [/^POST .*\/rollouts\?dryRun=true/, FORECAST],
  [/[?&]dryRun=true/, { diff: [], summary: ['Turns on'] }],
  [/^POST .*\/rollouts/, { ...WRITTEN, document: ROLLOUT }],
  [/^(POST|PATCH) /, WRITTEN],
  [/^GET .*\/rollouts\/r-1/, ROLLOUT],
  [/^GET .*\/rollouts\?/, { items: [ROLLOUT], total: 1 }],
  [/^GET .*\/can-i-release/, RELEASABLE],
  [/^GET .*\/history/, { items: [{ revision: 1, at: '2026-01-01T00:00:00Z', by: 'Ann', summary: [], comment: null }] }],
  [/^GET .*\/environments\/production$/, { key: 'production', critical: true }],
  [/^GET .*\/environments\/production\/flags\//, CONFIG],
  [/^GET .*\/flags\/new-checkout/, FLAG],
  [/^GET /, { items: [], total: 0 }],
];

type Reply = 'right' | 'gone' | { readonly status: number; readonly body: string };

let server: Server;
let url: string;
let reply: Reply = 'right';
let asked: string[] = [];

function answer(request: IncomingMessage, response: ServerResponse): void {
  const what = `${request.method} ${request.url}`;
  asked.push(what);
  request.resume();
  response.setHeader('content-type', 'application/json');
  if (reply === 'gone') request.socket.destroy();
  else if (reply === 'right') {
    const found = ANSWERS.find(([pattern]) => pattern.test(what))?.[1];
    response.end(found === undefined ? '' : JSON.stringify(found));
  } else response.writeHead(reply.status).end(reply.body);
}

beforeAll(async () => {
  server = createServer(answer);
  const upgraded = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
  server.on('upgrade', (_request, socket) => {
    socket.on('error', () => undefined);
    socket.end(upgraded);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});
beforeEach(() => {
  reply = 'right';
});

/** Where nobody looks on and nobody can be asked. */
async function unattended(argv: readonly string[]) {
  const seen = newSeen();
  asked = [];
  seen.files.set(
    '/home/ann/.config/glidepath/credentials.json',
    JSON.stringify({ lastUrl: url, services: { [url]: { token: 'gp_api_x', name: 'laptop', expiresAt: '2100' } } }),
  );
  seen.files.set('/shop/flags/new-checkout.yaml', 'apiVersion: glidepath/v1\nkey: new-checkout\ntype: boolean\n');
  seen.files.set(
    '/shop/theirs.json',
    '{"flags":{"f":{"state":"ENABLED","variants":{"a":1,"b":2},"defaultVariant":"a"}}}',
  );
  seen.files.set('/shop/contexts.jsonl', '{"targetingKey":"u-1"}\n');
  let now = Date.now();
  const time = {
    now: () => now,
    async wait(ms: number) {
      now += ms;
    },
  };
  const code = await run(testOutside({ argv, env: { GLIDEPATH_URL: url }, ...time }, seen));
  return { code, stdout: seen.stdout.join(''), stderr: seen.stderr.join(''), questions: seen.questions, asked };
}

const NAMES = COMMANDS.map(({ name }) => name);
const lineOf = (name: string): readonly string[] => LINES[name] ?? [];
const isWrite = (request: string) => !request.startsWith('GET ');

test('each command has its line here', () => {
  expect(Object.keys(LINES)).toEqual(NAMES);
});

describe.each(NAMES)('`%s`, where nobody can be asked', (name) => {
  test('S40: prints one document under --json and does what it is for', async () => {
    const { code, stdout, stderr, questions } = await unattended([...lineOf(name), '--json']);
    expect([code, questions], stderr + stdout).toEqual([0, []]);
    expect(JSON.parse(stdout)).not.toHaveProperty('error');
  });

  test('prints by --jq what a filter makes of that document', async () => {
    const whole = await unattended([...lineOf(name), '--json']);
    const filtered = await unattended([...lineOf(name), '--jq', '[., 1][0]']);
    // A clock ticks in what the doctor finds.
    if (name !== 'doctor') expect(JSON.parse(filtered.stdout)).toEqual(JSON.parse(whole.stdout));
    expect(await unattended([...lineOf(name), '--jq', '.['])).toMatchObject({ code: 2, stdout: '', asked: [] });
  });
});

const WRITES = COMMANDS.filter(({ writes }) => writes).map(({ name }) => name);

// What files say is taken back by bringing the files back.
test.each(WRITES.filter((name) => name !== 'apply'))(
  '`%s` tells where it is recorded, and the exact command that takes it back',
  async (name) => {
    const told = JSON.parse((await unattended([...lineOf(name), '--json'])).stdout);
    expect(told.audit).toMatch(new RegExp(`^${url}/p/default/audit\\?flag=new-checkout`));
    const [program, ...words] = told.undo.split(' ');
    expect([program, commandIn(COMMANDS, words)?.writes]).toEqual(['glidepath', true]);
    expect(words).toContain('new-checkout');
  },
);

describe.each(WRITES)('`%s`, which changes what is served,', (name) => {
  test('changes nothing with --dry-run', async () => {
    const tried = await unattended([...lineOf(name), '--dry-run', '--json']);
    expect(JSON.parse(tried.stdout)).toMatchObject({ dryRun: true });
    expect(tried.asked.filter(isWrite).length).toBeGreaterThan(0);
    for (const request of tried.asked.filter(isWrite)) expect(request).toContain('dryRun=true');
  });
});

/** No change of what is served: tokens of one's own, questions that are too long for a path, and what was deployed. */
const HARMLESS =
  /^(POST \/api\/v1\/device-logins|DELETE \/api\/v1\/token|POST .*\/(evaluate|deploys|definitions\?dryRun=true)$)/;

test.each(NAMES.filter((name) => !WRITES.includes(name)))('`%s` changes nothing that is served', async (name) => {
  const { asked: requests } = await unattended(lineOf(name));
  for (const request of requests.filter(isWrite)) expect(request).toMatch(HARMLESS);
});

const PROBLEM = (status: number) => JSON.stringify({ status, code: 'of-the-service', detail: 'Something is wrong.' });
const anyReply: fc.Arbitrary<Reply> = fc.oneof(
  fc.constant<Reply>('right'),
  fc.constant<Reply>('gone'),
  fc.constantFrom(400, 401, 403, 404, 409, 412, 429, 500, 503).map((status) => ({ status, body: PROBLEM(status) })),
  fc.record({ status: fc.constantFrom(200, 201, 302, 404, 502), body: fc.json({ maxDepth: 2 }) }),
  fc.record({ status: fc.constantFrom(200, 404, 502), body: fc.constantFrom('', '<html>', '{"items":', '\u001b[2J') }),
);
const anyWord = fc.oneof(
  fc.constantFrom(
    '--help',
    '--version',
    '--env',
    '--reason',
    '--yes',
    '--wait',
    '--to',
    '--state',
    '--dry-run',
    '--sdk',
    '--',
    '-',
    '-x',
  ),
  fc.string({ maxLength: 12 }),
);
/** Such as somebody may write by mistake: words that are missing, and others in between. */
const anyLine = fc
  .constantFrom(...NAMES)
  .chain((name) =>
    fc
      .tuple(fc.subarray([...lineOf(name)], { minLength: 1 }), fc.array(anyWord, { maxLength: 3 }), fc.nat())
      .map(([words, more, at]) => [...words.slice(0, at % 8), ...more, ...words.slice(at % 8)]),
  )
  .filter((line) => !line.includes('--') && line[0] !== 'complete');

test('S40: no command asks anything without a terminal, and stdout under --json always parses', async () => {
  const codes: ReadonlySet<number> = new Set(Object.values(EXIT_CODES));
  await fc.assert(
    fc.asyncProperty(anyLine, anyReply, async (line, given) => {
      reply = given;
      const { code, stdout, questions } = await unattended(['--json', ...line]);
      expect(questions).toEqual([]);
      expect(codes).toContain(code);
      const document: unknown = JSON.parse(stdout);
      if (code === EXIT_CODES.done) expect(document).not.toHaveProperty('error');
      // A no is an answer.
      const isAnswer = code === EXIT_CODES.refused && line.includes('can-i-release');
      if ((code === EXIT_CODES.usage || code === EXIT_CODES.refused) && !isAnswer)
        expect(document).toHaveProperty('error.exit', code);
    }),
    { numRuns: 300 },
  );
});
