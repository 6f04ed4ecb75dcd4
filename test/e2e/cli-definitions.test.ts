import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, openShell, type Shell } from '../support/cli.ts';
import { type Send, type Service, startService } from '../support/start-service.ts';

/** S40: flags as code, from the terminal to a service. */

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;

const CHECKOUT = `# What the shop releases next.
apiVersion: glidepath/v1
key: new-checkout
type: boolean
purpose: release
owner: payments # of the payments team
description: New checkout flow
x-jira: SHOP-12
lifetimeDays: 30
clientSide: true
variations:
  - { key: "on", value: true }
  - { key: "off", value: false }
environments:
  staging:
    "on": true
    offVariation: "off"
    fallthrough: { variation: "on" }
  production:
    "on": true
    offVariation: "off"
    targets: [{ contextKind: user, variation: "on", keys: [u-1, u-2] }]
    rules:
      - id: r7
        # Five percent of the large ones, on iOS no sooner.
        clauses:
          - { kind: org, attribute: plan, operator: in, values: [enterprise] }
          - { kind: device, attribute: os, operator: in, values: [ios], negate: true }
        serve: { split: { weights: { "on": 5000, "off": 95000 } } }
    fallthrough: { variation: "off" }
    plan:
      variation: "on"
      control: "off"
      at: r7
      stages:
        - { kind: percent, percent: 5, bakeMinutes: 15 }
        - { kind: percent, percent: 100, bakeMinutes: 60 }
      gates: [{ kind: error-rate, role: guardrail }, { kind: latency, role: guardrail }]
      onFailure: roll-back
`;

let service: Service;
let send: Send;
let shell: Shell;

beforeAll(async () => {
  service = await startService();
  const token = await service.token();
  send = service.as(token);
  shell = openShell({ GLIDEPATH_URL: service.url, GLIDEPATH_TOKEN: token });
});
afterAll(async () => {
  shell[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(() => rmSync(path.join(shell.folder, 'flags'), { recursive: true, force: true }));

const fileOf = (name: string) => path.join(shell.folder, 'flags', name);
const read = (name: string) => readFileSync(fileOf(name), 'utf8');
function write(name: string, text: string): void {
  mkdirSync(path.dirname(fileOf(name)), { recursive: true });
  writeFileSync(fileOf(name), text);
}
const apply = (...more: readonly string[]) =>
  shell.run(['apply', '--yes', '--env', 'production', '--reason', 'SHOP-12', ...more]);
const json = ({ stdout }: CliResult) => JSON.parse(stdout);

/** The sample under another key, applied. */
async function given(key: string): Promise<string> {
  const text = CHECKOUT.replace('key: new-checkout', `key: ${key}`);
  write(`${key}.yaml`, text);
  const applied = await apply();
  expect(applied.code, applied.stderr).toBe(0);
  return text;
}

async function ok(method: string, route: string, body: object): Promise<void> {
  const answer = await send(method, route, { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
}

/** Where the lines end that the sample has; what is added stands after them. */
const AFTER = CHECKOUT.split('\n').length;

describe('flags as code', () => {
  test('are applied, and then nothing is left to do; what changes in the UI is told, exit 2', async () => {
    write('new-checkout.yaml', CHECKOUT);
    const planned = await shell.run(['plan']);
    expect(planned.code).toBe(2);
    expect(planned.stdout).toContain('created flag `new-checkout`');
    const applied = await apply();
    expect(applied.code, applied.stderr).toBe(0);
    expect(applied.stdout).toMatch(
      /✓ applied \(change [-0-9a-f]+\)\n {2}versions: development 2, staging 2, production 2/,
    );
    const settled = await shell.run(['plan']);
    expect([settled.code, settled.stdout]).toEqual([0, 'The service says the same as the definitions.\n']);

    const weights = { on: 10_000, off: 90_000 };
    await ok('PATCH', `${E}/flags/new-checkout`, { instructions: [{ kind: 'set-split', at: 'r7', weights }] });
    const drifted = await shell.run(['plan']);
    expect(drifted.code).toBe(2);
    expect(drifted.stdout).toContain(
      'new-checkout in production\n' +
        '  ~ serves `on` to 5 % and `off` to 95 % of those who match rule `r7` in production\n' +
        '    5 % of those who match rule `r7` go from `on` to `off`\n',
    );
    expect(json(await shell.run(['plan', '--json'])).changes).toHaveLength(1);
  });

  test('know nothing of kills, nor of what a rollout drives', async () => {
    await given('guarded');
    await ok('POST', `${E}/flags/guarded/kill`, { reason: 'INC-1' });
    expect((await shell.run(['plan'])).code).toBe(0);
    await ok('POST', `${E}/flags/guarded/restore`, { reason: 'over', as: 'before' });
    const stages = [
      { kind: 'percent', percent: 20, bakeMinutes: 60 },
      { kind: 'percent', percent: 100, bakeMinutes: 60 },
    ];
    const plan = { variation: 'on', control: 'off', at: 'r7', stages, gates: [] };
    await ok('POST', `${E}/flags/guarded/rollouts`, { plan, begin: true });
    await expect
      .poll(async () => JSON.stringify((await send('GET', `${E}/flags/guarded`)).body['rules']))
      .toContain('"on":20000');
    const running = await shell.run(['plan']);
    expect(running.code, running.stdout).toBe(0);
    expect(running.stdout).toContain('guarded in production a rollout drives rule `r7`: left alone');
    write(
      'guarded.yaml',
      read('guarded.yaml').replace('fallthrough: { variation: "off" }', 'fallthrough: { variation: "on" }'),
    );
    expect((await apply()).code).toBe(0);
    expect(JSON.stringify((await send('GET', `${E}/flags/guarded`)).body)).toContain('"on":20000');
  });

  test('say how releases go: a release that names no course goes by the plan, and what it does is no difference', async () => {
    const text = await given('planned');
    await ok('POST', `${E}/flags/planned/rollouts`, { plan: {}, begin: false });
    const { body } = await send<{ items: { id: string; plan: object }[] }>('GET', `${P}/rollouts?flag=planned`);
    expect(body.items).toMatchObject([
      {
        plan: {
          variation: 'on',
          at: 'r7',
          stages: [{ percent: 5 }, { percent: 100 }],
          gates: [{ id: 'error-rate', ceiling: 0.01 }, { id: 'latency' }],
        },
      },
    ]);
    write('planned.yaml', text.replace('percent: 5, bakeMinutes: 15', 'percent: 10, bakeMinutes: 15'));
    const planned = await shell.run(['plan']);
    expect([planned.code, planned.stdout]).toEqual([
      2,
      'planned in production\n  ~ releases `on` in production by a plan of its own: 10 % for 15 min, 100 % for 60 min at rule `r7`\n1 flag differs.\n',
    ]);
    expect((await apply()).code).toBe(0);
    expect((await send<object>('GET', `${P}/rollouts/${body.items[0]?.id}`)).body).toMatchObject({
      plan: { stages: [{ percent: 5 }, {}] },
    });
    write('planned.yaml', text.slice(0, text.indexOf('    plan:\n')));
    expect((await apply()).stdout).toContain('has no release plan of its own in production any more');
    expect((await shell.run(['plan'])).code).toBe(0);
    write('planned.yaml', text);
    expect((await apply()).code).toBe(0);
    expect((await shell.run(['plan'])).code).toBe(0);
    write('planned.yaml', text.replace('at: r7\n', 'at: r8\n').replace('      control: "off"', '      control: maybe'));
    expect((await shell.run(['plan'])).stderr).toMatch(
      /planned\.yaml:34:7: There is no rule `r8`.*\n.*planned\.yaml:33:7: .*no variation `maybe`/,
    );
  });

  test('come by pull: comments, order and foreign fields stay, only what differs is written', async () => {
    const text = await given('pulled');
    expect((await shell.run(['pull', '--folder', 'flags'])).code).toBe(0);
    expect(read('pulled.yaml')).toBe(text);
    await ok('PATCH', `${E}/flags/pulled`, {
      instructions: [
        { kind: 'update-rule', ruleId: 'r7', name: 'Large ones' },
        { kind: 'set-split', at: 'r7', weights: { on: 25_000, off: 75_000 } },
      ],
    });
    await ok('PATCH', `${P}/flags/pulled`, { instructions: [{ kind: 'set-tags', tags: ['shop'] }] });
    const tried = await shell.run(['pull', '--folder', 'flags', '--dry-run']);
    expect(tried.stdout).toContain('would write flags/pulled.yaml');
    expect(read('pulled.yaml')).toBe(text);
    await shell.run(['pull', '--folder', 'flags']);
    expect(read('pulled.yaml')).toBe(
      text
        .replace('lifetimeDays: 30\n', 'lifetimeDays: 30\ntags:\n  - shop\n')
        .replace('id: r7\n', 'id: r7\n        name: Large ones\n')
        .replace('"on": 5000, "off": 95000', '"on": 25000, "off": 75000'),
    );
    expect((await shell.run(['plan'])).code).toBe(0);
  });

  test('are written from nothing, every flag and segment of the service, and then say the same', async () => {
    await ok('POST', `${P}/segments`, { key: 'staff', name: 'Staff' });
    const clauses = [{ attribute: 'email', operator: 'ends-with', values: ['@example.test'] }];
    await ok('PATCH', `${E}/segments/staff`, { instructions: [{ kind: 'add-rule', rule: { id: 's1', clauses } }] });
    const variations = ['yes', 'no', '1.0'].map((key) => ({ key, value: key }));
    await ok('POST', `${P}/flags`, { key: 'words', type: 'string', variations });
    expect((await shell.run(['pull', '--folder', 'flags'])).code).toBe(0);
    expect(readdirSync(path.join(shell.folder, 'flags'))).toContain('words.yaml');
    expect(read('segments/staff.yaml')).toContain('kind: segment');
    expect(read('words.yaml')).toContain('- key: "yes"\n    value: "yes"');
    const settled = await shell.run(['plan']);
    expect([settled.code, settled.stderr]).toEqual([0, '']);
  });

  test('are refused by file, line and column, before anything is sent and after', async () => {
    write(
      'bare.yaml',
      CHECKOUT.replace('"on": true\n    offVariation: "off"\n    fall', 'on: true\n    offVariation: off\n    fall'),
    );
    const bare = await shell.run(['plan']);
    expect(bare.code).toBe(1);
    expect(bare.stderr).toContain('flags/bare.yaml:16:5: write "on" with quotes: other tools read on as true or false');
    expect(bare.stderr).toContain('flags/bare.yaml:17:19: write "off" with quotes');
    write('bare.yaml', CHECKOUT.replace('95000', '94000').replace('contextKind: user', 'contextKind: kind'));
    const wrong = await shell.run(['plan']);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('flags/bare.yaml:22:17: "kind" and "multi" are no kinds of contexts');
    write('bare.yaml', CHECKOUT.replace('95000', '94000'));
    expect((await shell.run(['plan'])).stderr).toContain(
      'flags/bare.yaml:29:27: The weights sum to 99,000. Make them sum to 100,000',
    );
    write('bare.yaml', `${CHECKOUT}fallthruogh: 1\n`);
    expect((await shell.run(['plan'])).stderr).toContain(`flags/bare.yaml:${AFTER}:1: is not known here: leave it out`);
    write('bare.yaml', CHECKOUT.replace('glidepath/v1', 'glidepath/v2'));
    expect((await shell.run(['plan'])).stderr).toContain('the format "glidepath/v2" is not known here');
    write('bare.yaml', `${CHECKOUT}key: twice\n`);
    expect((await shell.run(['plan'])).stderr).toContain(`flags/bare.yaml:${AFTER}:1: Map keys must be unique`);
  });

  test('tell how many evaluations of the last day would change', async () => {
    const text = await given('evaluated');
    const counted = { flag: 'evaluated', fv: 1 };
    const evals = [
      { ...counted, var: 'on', reason: 'RULE_MATCH', n: 50 },
      { ...counted, var: 'off', reason: 'RULE_MATCH', n: 950 },
      { ...counted, var: 'off', reason: 'FALLTHROUGH', n: 2_000 },
    ];
    const report = { schema: 1, instance: 'one', seq: 1, sdk: 'node/1.0.0', from: 0, to: 10_000, evals };
    const sdk = service.as(await service.sdkKey('production'));
    expect((await sdk('POST', '/sdk/v1/events', { body: report })).status).toBeLessThan(300);
    write('evaluated.yaml', text.replace('"on": 5000, "off": 95000', '"on": 24000, "off": 76000'));
    await expect
      .poll(async () => (await shell.run(['plan'])).stdout, { timeout: 20_000 })
      .toContain('    about 190 of 3,000 evaluations of the last day would change\n');
    expect(json(await shell.run(['plan', '--json'])).changes[0].evaluations).toEqual({ moved: 190, of: 3_000 });
  });

  test('archive what is still at work only after its key was typed, or with --yes', async () => {
    const text = (await given('retired')).replace('lifetimeDays: 30\n', 'lifetimeDays: 30\narchived: true\n');
    write('retired.yaml', text);
    const planned = await shell.run(['plan']);
    expect([planned.code, planned.stderr]).toEqual([2, '']);
    const sent = await send<{ code: string }>('POST', `${P}/definitions`, {
      body: { apiVersion: 'glidepath/v1', flags: [{ key: 'retired', type: 'boolean', archived: true }] },
    });
    expect([sent.status, sent.body.code]).toEqual([expect.any(Number), 'confirmation-needed']);
    const applied = await apply();
    expect(applied.code, applied.stderr).toBe(0);
    expect((await send('GET', `${P}/flags/retired`)).body['archivedAt']).not.toBeNull();
  });

  test('are not applied where somebody changed the same flags since they were compared', async () => {
    const text = await given('raced');
    write('raced.yaml', text.replace('New checkout flow', 'The new checkout'));
    // Stands between: what is compared has changed by the time that it is written.
    const between = createServer(async (request, response) => {
      const pieces: Buffer[] = [];
      for await (const piece of request) pieces.push(piece as Buffer);
      const route = request.url ?? '';
      const isWrite = request.method === 'POST' && route.endsWith('/definitions');
      if (isWrite) await ok('PATCH', `${E}/flags/raced`, { instructions: [{ kind: 'turn-off' }] });
      const answer = await fetch(`${service.url}${route}`, {
        method: request.method ?? 'GET',
        headers: { authorization: String(request.headers.authorization), 'content-type': 'application/json' },
        ...(pieces.length > 0 && { body: Buffer.concat(pieces) }),
      });
      const type = answer.headers.get('content-type') ?? '';
      response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const { port } = between.address() as { port: number };
    const refused = await shell.run(['apply', '--yes', '--env', 'production', '--reason', 'SHOP-12'], {
      env: { GLIDEPATH_URL: `http://127.0.0.1:${port}` },
    });
    between.close();
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('The service has moved since')]);
    expect((await send('GET', `${P}/flags/raced`)).body['description']).toBe('New checkout flow');
  });

  test('are applied in a critical environment only where it is spelled out, and why', async () => {
    write('critical.yaml', CHECKOUT.replace('key: new-checkout', 'key: critical'));
    const unnamed = await shell.run(['apply', '--yes']);
    expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('Pass --env production.')]);
    const unexplained = await shell.run(['apply', '--yes', '--env', 'production']);
    expect([unexplained.code, unexplained.stderr]).toEqual([2, expect.stringContaining('Pass --reason.')]);
    const unconfirmed = await shell.run(['apply', '--env', 'production', '--reason', 'why']);
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('Pass --yes')]);
    expect((await shell.run(['apply', '--dry-run'])).stdout).toContain('created flag `critical`');
    expect((await send('GET', `${P}/flags/critical`)).status).toBe(404);
    const applied = await apply('--wait', '--json');
    expect(json(applied)).toMatchObject({ versions: { production: expect.any(Number) }, delivery: { production: {} } });
  });
});
