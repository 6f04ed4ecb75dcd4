import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from './run.ts';
import { testOutside } from './testing-outside.ts';

const PROJECT = '/api/v1/projects/default';
const STATE = { environment: 'production', state: 'killed', share: null, label: 'Killed', killed: null };
const CONFIG = {
  flag: 'new-checkout',
  environment: 'production',
  revision: 3,
  on: true,
  killed: null,
  serves: ['on for all'],
};
/** An escape, the same in one character, and what turns the rest of a line around. */
const STEERING = '\u001b[2J\u009b2J\u202e';
const HOSTILE = { status: 500, code: 'internal', detail: `New ${STEERING}` };
const ANSWERS: Readonly<Record<string, unknown>> = {
  [`GET ${PROJECT}/flags`]: { items: [{ key: 'new-checkout', type: 'boolean', environments: [STATE] }], total: 1 },
  'GET /api/v1/token': HOSTILE,
  [`GET ${PROJECT}/flags/new-checkout`]: {
    key: 'new-checkout',
    type: 'boolean',
    purpose: 'release',
    owner: 'payments',
    clientSide: false,
    archivedAt: null,
    description: `New ${STEERING}flow`,
    variations: [{ key: 'on', value: true }],
    environments: [CONFIG],
  },
  [`GET ${PROJECT}/environments/production`]: { key: 'production', critical: true },
  [`GET ${PROJECT}/environments/production/flags/new-checkout`]: CONFIG,
  [`PATCH ${PROJECT}/environments/production/flags/new-checkout`]: {
    changeId: 'c-1',
    versions: { production: 9 },
    document: CONFIG,
  },
  [`POST ${PROJECT}/environments/production/flags/new-checkout/evaluate`]: {
    flag: 'new-checkout',
    value: true,
    variation: 'on',
    reason: { kind: 'FALLTHROUGH' },
    trace: [
      { kind: 'on', step: 'on', matched: true, evaluated: true, why: 'on' },
      {
        kind: 'fallthrough',
        step: 'fallthrough',
        matched: true,
        evaluated: true,
        why: 'gets on',
        variation: 'on',
        rollout: { bucket: 7, contextKind: 'user', attribute: 'key', salt: 's', from: 0, to: 25_000 },
      },
    ],
  },
};

let server: Server;
let url: string;
const requests: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const asked = `${request.method} ${request.url?.split('?')[0]}`;
    requests.push(asked);
    if (asked === 'GET /api/v1/token') response.statusCode = HOSTILE.status;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(ANSWERS[asked] ?? null));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** Somebody at a terminal, who answers every question so. */
async function typed(argv: readonly string[], answer = '', env: Readonly<Record<string, string>> = {}) {
  const out: string[] = [];
  const questions: string[] = [];
  const screen = { isTerminal: true, write: (text: string) => void out.push(text) };
  const outside = testOutside({
    argv,
    env: { GLIDEPATH_URL: url, GLIDEPATH_TOKEN: 'gp_api_x', NO_COLOR: '1', ...env },
    stdout: screen,
    stderr: screen,
    stdin: {
      isTerminal: true,
      readAll: async () => '',
      ask: async (question) => {
        questions.push(question);
        return answer;
      },
    },
  });
  return { code: await run(outside), text: out.join(''), questions };
}

describe('at a terminal', () => {
  test('flags are a table', async () => {
    expect((await typed(['flags', 'list'])).text).toBe(
      'KEY           TYPE     production\nnew-checkout  boolean  Killed\n',
    );
  });

  test('a flag is told in words, and nothing in its texts steers the terminal', async () => {
    const { text } = await typed(['flags', 'get', 'new-checkout']);
    expect(text).toContain('new-checkout · boolean · release · owner payments');
    expect(text).toContain('production (revision 3)\n  on for all');
    expect(text).not.toContain('\u001b');
  });

  test('whatever a service answers, it steers no terminal', async () => {
    const steers = (text: string) => [...'\u001b\u009b\u202e'].some((character) => text.includes(character));
    const asked = [
      await typed(['flags', 'get', 'new-checkout']),
      await typed(['flags', 'get', 'new-checkout', '--json']),
      await typed(['whoami']),
      await typed(['whoami', '--json']),
      await typed(['flags', 'get', 'new-checkout', '--jq', '.description']),
    ];
    expect(asked.map(({ text }) => [text.includes('New '), steers(text)])).toEqual(asked.map(() => [true, false]));
    expect(JSON.parse(asked[1]?.text ?? '')).toMatchObject({ description: `New ${STEERING}flow` });
  });

  test('an evaluation is told step by step, with its bucket', async () => {
    const args = ['explain', 'new-checkout', '--env', 'production', '--context', '{"key":"u"}'];
    expect((await typed(args)).text).toBe(
      [
        'new-checkout = true (variation on, FALLTHROUGH)',
        '  ✓ on: on',
        '  ✓ fallthrough: gets on',
        '      bucket 7 of 100000 by user.key, salt s: in the range 0 to 24999',
        '',
      ].join('\n'),
    );
  });

  test('colours are there unless they are not wanted', async () => {
    expect((await typed(['whoami', 'x'], '', { NO_COLOR: '' })).text).toContain('\u001b[31m✗\u001b[0m');
    expect((await typed(['whoami', 'x'], '', { NO_COLOR: '1' })).text).not.toContain('\u001b');
  });

  const turnOn = ['on', 'new-checkout', '--env', 'production', '--reason', 'launch'];

  test('a change of a critical environment is made after a yes, and not otherwise', async () => {
    const patched = () => requests.filter((asked) => asked.startsWith('PATCH')).length;
    const no = await typed(turnOn, 'n');
    expect([no.code, no.questions, patched()]).toEqual([1, ['Turn on `new-checkout` in production? [y/N] '], 0]);
    const yes = await typed(turnOn, 'y');
    expect([yes.code, patched()]).toEqual([0, 1]);
    expect(yes.text).toContain('turned new-checkout on in production at version 9 (change c-1)');
    const unasked = await typed([...turnOn, '--yes']);
    expect([unasked.code, unasked.questions]).toEqual([0, []]);
  });

  test('under --json nobody is asked: the option that answers is named', async () => {
    const { code, questions, text } = await typed([...turnOn, '--json']);
    expect([code, questions]).toEqual([2, []]);
    expect(text).toContain('Pass --yes');
  });
});
