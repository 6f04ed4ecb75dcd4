import type { DependenciesView, EvaluationView, PreviewView, SegmentPreviewView } from '@glidepath/server/api-types';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Service, startService } from '../support/start-service.ts';

const P = '/api/v1/projects/default';
const E = `${P}/environments/production`;

let service: Service;
let made = 0;

beforeAll(async () => {
  service = await startService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function ok<T>(method: string, path: string, body?: object): Promise<T> {
  const answer = await service.admin.send(method, path, body === undefined ? {} : { body });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer.body as T;
}

/** A boolean flag that is on, changed by these instructions; its key. */
async function aFlag(...instructions: readonly object[]): Promise<string> {
  made += 1;
  const key = `flag-${made}`;
  await ok('POST', `${P}/flags`, { key, type: 'boolean' });
  await ok('PATCH', `${E}/flags/${key}`, { instructions: [{ kind: 'turn-on' }, ...instructions] });
  return key;
}

async function aSegment(...instructions: readonly object[]): Promise<string> {
  made += 1;
  const key = `segment-${made}`;
  await ok('POST', `${P}/segments`, { key });
  if (instructions.length > 0) await ok('PATCH', `${E}/segments/${key}`, { instructions });
  return key;
}

const preview = (flag: string, ...instructions: readonly object[]) =>
  ok<PreviewView>('POST', `${E}/flags/${flag}/preview`, { instructions });
const is = (attribute: string, ...values: readonly string[]) => ({ attribute, operator: 'in', values });
const inSegment = (...values: readonly string[]) => ({ attribute: '', operator: 'in-segment', values });
const adding = (id: string, variation: string, ...clauses: readonly object[]) => ({
  kind: 'add-rule',
  rule: { id, clauses, serve: { variation } },
});
const needs = (...flags: readonly string[]) => ({
  kind: 'set-prerequisites',
  prerequisites: flags.map((flag) => ({ flag, variations: ['on'] })),
});
const toEverybody = (variation: string) => ({ kind: 'set-fallthrough', serve: { variation } });
const splitting = (on: number) => ({ kind: 'set-split', at: 'fallthrough', weights: { on, off: 100_000 - on } });

describe('the preview of a change', () => {
  test('says exactly how many move at each place, and shows made-up users who do', async () => {
    const key = await aFlag(toEverybody('off'), splitting(10_000));
    const { serveMoves, effect } = await preview(key, splitting(25_000));
    expect(serveMoves).toEqual([{ at: 'fallthrough', from: 'off', to: 'on', buckets: 15_000, exact: true }]);
    expect(effect.moves).toMatchObject([{ from: 'off', to: 'on' }]);
    expect((effect.moves[0]?.count ?? 0) / effect.sampled).toBeCloseTo(0.15, 1);
  });

  test('shows who loses and who gains where rules change their order', async () => {
    const key = await aFlag(adding('ro', 'on', is('country', 'RO')), adding('pro', 'off', is('plan', 'pro')));
    const { effect, serveMoves } = await preview(key, { kind: 'move-rule', ruleId: 'pro', index: 0 });
    expect(serveMoves).toEqual([]);
    expect(effect.moves).toMatchObject([{ from: 'on', to: 'off' }]);
    expect(effect.moves[0]?.examples[0]).toMatchObject({ country: 'RO', plan: 'pro' });
  });

  test('names the rules that are never reached, also by way of segments', async () => {
    const segment = await aSegment({ kind: 'add-rule', rule: { clauses: [is('country', 'RO', 'DE')] } });
    const key = await aFlag(adding('europe', 'on', inSegment(segment)));
    const { unreachable } = await preview(
      key,
      adding('ro', 'off', is('country', 'RO')),
      adding('rest', 'on'),
      adding('late', 'off'),
    );
    expect(unreachable).toEqual([
      {
        ruleId: 'ro',
        ruleIndex: 1,
        because: [{ ruleId: 'europe', ruleIndex: 0 }],
        why: 'Whoever matches it is taken by rule 1 before.',
      },
      {
        ruleId: 'late',
        ruleIndex: 3,
        because: [{ ruleId: 'rest', ruleIndex: 2 }],
        why: 'Whoever matches it is taken by rule 3 before.',
      },
    ]);
  });

  test('says what happens to the flags that need it', async () => {
    const base = await aFlag();
    const user = await aFlag(needs(base));
    const indirect = await aFlag(needs(user));
    await aFlag(toEverybody('off'), needs(base));
    const { dependants } = await preview(base, { kind: 'kill', reason: 'INC-1' });
    expect(dependants.map(({ flag }) => flag)).toEqual([user, indirect]);
    for (const { effect } of dependants)
      expect(effect).toMatchObject({ unchanged: 0, moves: [{ from: 'on', to: 'off', count: effect.sampled }] });
  });

  test('takes 100,000 keys of a segment in its stride', async () => {
    const segment = await aSegment();
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      JSON.stringify({ op: 'add', list: 'included', contextKind: 'user', key: `user-${index}-of-many` }),
    );
    const path = `${E}/segments/${segment}/members`;
    const headers = { 'content-type': 'application/x-ndjson' };
    expect((await service.admin.send('POST', path, { body: lines.join('\n'), headers })).status).toBe(200);
    const key = await aFlag(toEverybody('off'), adding('in', 'on', inSegment(segment)));
    const { effect } = await preview(key, { kind: 'remove-rule', ruleId: 'in' });
    expect(effect.moves).toMatchObject([{ from: 'on', to: 'off' }]);
    expect(effect.moves[0]?.examples[0]).toEqual({ key: 'user-0-of-many' });
  });
});

describe('the preview of a segment', () => {
  test('names the flags in which somebody gets something else', async () => {
    const segment = await aSegment({ kind: 'add-rule', rule: { id: 'eu', clauses: [is('country', 'RO')] } });
    const outer = await aSegment({ kind: 'add-rule', rule: { clauses: [inSegment(segment)] } });
    const direct = await aFlag(toEverybody('off'), adding('in', 'on', inSegment(segment)));
    const nested = await aFlag(toEverybody('off'), adding('in', 'on', inSegment(outer)));
    const dependant = await aFlag(toEverybody('on'), needs(nested));
    const indifferent = await aFlag(adding('in', 'on', inSegment(segment)));
    const answer = await ok<SegmentPreviewView>('POST', `${E}/segments/${segment}/preview`, {
      instructions: [{ kind: 'update-rule', ruleId: 'eu', clauses: [is('country', 'RO', 'DE')] }],
    });
    expect(answer).toMatchObject({
      before: ['Rule 1: takes everyone if `country` is one of `RO`.'],
      after: ['Rule 1: takes everyone if `country` is one of `RO` or `DE`.'],
      sentence: `Changes who gets what in 3 flags: \`${direct}\`, \`${nested}\` and \`${dependant}\`.`,
      revision: 2,
    });
    const moves = new Map(answer.flags.map(({ flag, effect }) => [flag, effect.moves]));
    expect(moves.get(indifferent)).toEqual([]);
    for (const flag of [direct, nested, dependant]) {
      expect(moves.get(flag)).toMatchObject([{ from: 'off', to: 'on' }]);
      expect(moves.get(flag)?.[0]?.examples[0]).toMatchObject({ country: 'DE' });
    }
    expect(await ok('GET', `${E}/segments/${segment}`)).toMatchObject({ revision: 2 });
  });

  test('says so where nobody uses it, or nobody gets anything else', async () => {
    const segment = await aSegment();
    const instructions = [{ kind: 'add-members', list: 'included', contextKind: 'user', keys: ['ana'] }];
    const path = `${E}/segments/${segment}/preview`;
    expect(await ok('POST', path, { instructions })).toMatchObject({ sentence: 'No flag uses it.', flags: [] });
    const flag = await aFlag(adding('in', 'on', inSegment(segment)));
    expect(await ok('POST', path, { instructions })).toMatchObject({
      sentence: 'Changes nothing that anybody gets, in 1 flag that uses it.',
      flags: [{ flag, effect: { moves: [] } }],
    });
  });

  test('refuses what the change would refuse', async () => {
    const segment = await aSegment();
    const instructions = [adding('loop', 'on', inSegment(segment))].map(({ kind, rule: { id, clauses } }) => ({
      kind,
      rule: { id, clauses },
    }));
    const answer = await service.admin.send('POST', `${E}/segments/${segment}/preview`, { body: { instructions } });
    expect(answer).toMatchObject({ status: 400, body: { detail: expect.stringContaining('cycle') } });
  });
});

describe('the dependencies of a flag', () => {
  test('are told upwards and downwards with their states, and what a kill takes down', async () => {
    const segment = await aSegment();
    const base = await aFlag();
    const middle = await aFlag(needs(base), adding('in', 'on', inSegment(segment)));
    const off = await aFlag(needs(middle), { kind: 'turn-off' });
    const top = await aFlag(needs(middle), splitting(25_000));
    const view = await ok<DependenciesView>('GET', `${E}/flags/${middle}/dependencies`);
    expect(view).toMatchObject({
      flag: { flag: middle, distance: 0, state: 'on', needs: [{ flag: base, variations: ['on'] }] },
      prerequisites: [{ flag: base, name: base, distance: 1, state: 'on', label: 'On', needs: [] }],
      dependants: [
        { flag: off, distance: 1, state: 'off', label: 'Off' },
        { flag: top, distance: 1, state: 'partial', share: 25_000, label: '25 %' },
      ],
      segments: [{ segment, name: segment, via: 'rule 1' }],
      takesDown: [top],
    });
    await ok('POST', `${E}/flags/${base}/kill`, { reason: 'INC-2' });
    const after = await ok<DependenciesView>('GET', `${E}/flags/${middle}/dependencies`);
    expect(after).toMatchObject({ prerequisites: [{ flag: base, state: 'killed' }], takesDown: [] });
  });

  test('of a flag that is not there are not found', async () => {
    expect((await service.admin.send('GET', `${E}/flags/no-such-flag/dependencies`)).status).toBe(404);
  });
});

describe('the trace of an evaluation', () => {
  test('tells clauses, buckets, prerequisites and segments, and what nobody looked at', async () => {
    const segment = await aSegment({ kind: 'add-rule', rule: { id: 'eu', clauses: [is('country', 'RO')] } });
    const base = await aFlag(splitting(30_000));
    const key = await aFlag(needs(base), adding('in', 'on', inSegment(segment)), adding('late', 'off'));
    const { bucket, isIn } = await bucketOf(base);
    const evaluation = await ok<EvaluationView>('POST', `${E}/flags/${key}/evaluate`, {
      context: { key: 'u1', country: 'RO' },
    });
    const [, prerequisite, rule, late] = evaluation.trace;
    expect(prerequisite).toMatchObject({
      kind: 'prerequisite',
      flag: base,
      matched: isIn,
      steps: [{ kind: 'on' }, { kind: 'fallthrough', rollout: { bucket, salt: base, from: isIn ? 0 : 30_000 } }],
    });
    const told = { kind: 'rule', ruleId: 'in', ruleIndex: 0, matched: isIn, evaluated: isIn };
    expect(rule).toMatchObject(told);
    expect(late).toMatchObject({ ruleId: 'late', evaluated: false, clauses: [] });
    const alone = await aFlag(adding('in', 'on', inSegment(segment)));
    const { trace } = await ok<EvaluationView>('POST', `${E}/flags/${alone}/evaluate`, {
      context: { key: 'u1', country: 'RO' },
    });
    expect(trace[1]).toMatchObject({
      variation: 'on',
      clauses: [
        {
          operator: 'in-segment',
          matched: true,
          segments: [
            {
              segment,
              member: true,
              by: { ruleId: 'eu' },
              rules: [{ clauses: [{ attribute: 'country', found: '"RO"', missing: false }] }],
            },
          ],
        },
      ],
    });
  });

  /** The bucket of `u1` in the split of a flag, as the reason says it. */
  async function bucketOf(flag: string): Promise<{ readonly bucket: number; readonly isIn: boolean }> {
    const { reason } = await ok<EvaluationView>('POST', `${E}/flags/${flag}/evaluate`, { context: { key: 'u1' } });
    const { bucket } = (reason as { rollout: { bucket: number } }).rollout;
    return { bucket, isIn: bucket < 30_000 };
  }

  test('stands in the description of the API', async () => {
    const { components } = await ok<{ components: { schemas: object } }>('GET', '/api/openapi.json');
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([
        'TraceStep',
        'TraceClause',
        'TraceMembership',
        'Effect',
        'Preview',
        'SegmentPreview',
        'Dependencies',
      ]),
    );
  });
});

test('a viewer may ask what a change would do', async () => {
  const [flag, segment] = [await aFlag(), await aSegment()];
  const viewer = service.as(await service.token({ role: 'viewer' }));
  const body = { instructions: [{ kind: 'kill', reason: 'x' }] };
  expect((await viewer('POST', `${E}/flags/${flag}/preview`, { body })).status).toBe(200);
  expect((await viewer('POST', `${E}/segments/${segment}/preview`, { body: { instructions: [] } })).status).toBe(200);
  expect((await viewer('GET', `${E}/flags/${flag}/dependencies`)).status).toBe(200);
});
