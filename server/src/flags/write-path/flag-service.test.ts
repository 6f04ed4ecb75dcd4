import { REFERENCE_DEPTH } from '@glidepath/core';
import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../store/audit-chain.ts';
import { createRetirement } from '../retire.ts';
import { aMember, openWorld } from '../world.contract.ts';
import type { ChangeContent } from './change-record.ts';

const boolean = (key: string) => ({ create: 'flag', flag: { key, type: 'boolean' } }) as const;
const inProduction = (flag: string, ...instructions: readonly object[]) =>
  ({ flag, environment: 'production', instructions }) as never;
const shared = (flag: string, ...instructions: readonly object[]) => ({ flag, instructions }) as never;

describe('creating a flag', () => {
  test('it is off everywhere, and every environment takes one version', async () => {
    await using world = await openWorld();
    const outcome = await world.change(boolean('checkout'));
    expect(outcome.versions).toEqual({ development: 2, staging: 2, production: 2 });
    expect(outcome.documents.map(({ kind, environment, revision }) => [kind, environment, revision])).toEqual([
      ['flag', null, 1],
      ['flag-config', 'development', 1],
      ['flag-config', 'staging', 1],
      ['flag-config', 'production', 1],
    ]);
    const [item] = await world.store.items(world.environmentId('production'));
    expect(item?.body).toMatchObject({ on: false, off: 1, fallthrough: { variation: 0 } });
    expect(world.committed).toEqual([world.environments.map(({ id }) => id)]);
  });

  test.for([
    ['a key that exists', 'checkout', 'already-exists'],
    ['a key that differs only in case', 'Checkout', 'already-exists'],
    ['a reserved key', 'constructor', 'validation'],
  ] as const)('%s is refused', async ([, key, code]) => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    expect(await world.refusal(boolean(key))).toMatchObject({ code });
    expect(await world.versions()).toEqual({ development: 2, staging: 2, production: 2 });
  });
});

describe('changing what a flag does in one environment', () => {
  test('only that environment takes a version, and only that document a revision', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const outcome = await world.change(inProduction('checkout', { kind: 'turn-on' }));
    expect(outcome.versions).toEqual({ production: 3 });
    expect(outcome.documents).toMatchObject([
      {
        kind: 'flag-config',
        environment: 'production',
        revision: 2,
        document: { on: true, revision: 2 },
        summary: ['turned on in production'],
        diff: [{ kind: 'turn-on' }],
      },
    ]);
  });

  test('what is so already writes nothing: no revision, no version, no record', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const before = await world.store.auditHead();
    const outcome = await world.change(inProduction('checkout', { kind: 'turn-off' }));
    expect(outcome).toMatchObject({ versions: {}, documents: [{ revision: 1 }] });
    expect(await world.store.auditHead()).toEqual(before);
  });

  test('a rename raises a revision and leaves every version', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const outcome = await world.change(shared('checkout', { kind: 'rename', name: 'New checkout' }));
    expect(outcome).toMatchObject({ versions: {}, documents: [{ kind: 'flag', revision: 2 }] });
  });

  test('what environments share takes a version in each environment, in one record', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const outcome = await world.change(shared('checkout', { kind: 'set-client-side', clientSide: true }));
    expect(outcome.versions).toEqual({ development: 3, staging: 3, production: 3 });
    const records = await world.store.audit({ changeId: outcome.changeId, limit: 10 });
    expect(records).toHaveLength(1);
    expect(records[0]?.environments.map(({ from, to }) => [from, to])).toEqual([
      [2, 3],
      [2, 3],
      [2, 3],
    ]);
  });

  test('the record says who, why, what before and after, and the chain stays whole', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const { changeId } = await world.change(inProduction('checkout', { kind: 'turn-on' }), {
      comment: 'launch',
      requestId: 'request-7',
    });
    const [record] = await world.store.audit({ changeId, limit: 1 });
    const content = JSON.parse(record?.content ?? '') as ChangeContent;
    expect(record).toMatchObject({ actor: 'member:editor-1', origin: 'api', action: 'change-flag', project: 'shop' });
    expect(content).toMatchObject({ comment: 'launch', requestId: 'request-7' });
    expect(content.changes).toMatchObject([
      { from: 1, to: 2, before: { on: false }, after: { on: true }, instructions: [{ kind: 'turn-on' }] },
    ]);
    expect(verifyAudit(await world.store.audit({ ascending: true, after: 0, limit: 100 })).kind).toBe('intact');
  });

  test('messages to the outside are enqueued with it; a kill has one of its own', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(inProduction('checkout', { kind: 'kill', reason: 'errors' }));
    const topics = (await world.store.waitingEvents(10)).map(({ topic }) => topic);
    expect(topics.sort()).toEqual(['changed', 'changed', 'flag-killed']);
  });
});

describe('who may', () => {
  test.for([
    ['viewer', 'kill', 'forbidden'],
    ['operator', 'kill', 'allowed'],
    ['operator', 'turn-on', 'allowed'],
    ['operator', 'set-off-variation', 'forbidden'],
    ['editor', 'set-off-variation', 'allowed'],
  ] as const)('a %s who wants to %s is %s', async ([role, kind, expected]) => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const instruction = { kind, reason: 'because', variation: 'on' };
    const change = inProduction('checkout', instruction);
    const actor = aMember(role);
    if (expected === 'allowed') await world.change(change, { actor });
    else {
      const refusal = await world.refusal(change, { actor });
      expect(refusal).toMatchObject({ code: 'forbidden', errors: [{ pointer: '/changes/0/instructions/0' }] });
    }
  });

  test('one forbidden instruction among allowed ones refuses them all', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const change = inProduction('checkout', { kind: 'turn-on' }, { kind: 'set-off-variation', variation: 'on' });
    expect(await world.refusal(change, { actor: aMember('operator') })).toMatchObject({ code: 'forbidden' });
    expect(await world.versions()).toMatchObject({ production: 2 });
  });

  test('a token of one environment changes that one and no other', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const actor = {
      kind: 'token',
      id: 't1',
      name: 'ci',
      role: 'editor',
      only: null,
      projects: null,
      environments: ['staging'],
      maker: 'm1',
      roles: { '*': 'admin' },
    } as const;
    const inStaging = { flag: 'checkout', environment: 'staging', instructions: [{ kind: 'turn-on' }] } as const;
    await world.change(inStaging, { actor });
    expect(await world.refusal(inProduction('checkout', { kind: 'turn-on' }), { actor })).toMatchObject({
      code: 'forbidden',
    });
  });
});

describe('refusals name the place and the mend', () => {
  test.for<[string, object, string, string]>([
    ['an unknown variation', { kind: 'set-off-variation', variation: 'x' }, 'unknown-reference', '/variation'],
    ['weights that do not sum', { kind: 'set-split', at: 'fallthrough', weights: { on: 1 } }, 'validation', '/weights'],
    ['an unknown rule', { kind: 'remove-rule', ruleId: 'x' }, 'unknown-reference', '/ruleId'],
    ['a restore of what runs', { kind: 'restore' }, 'not-killed', ''],
  ])('%s', async ([, instruction, code, pointer]) => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const refusal = await world.refusal(inProduction('checkout', { kind: 'turn-on' }, instruction));
    expect(refusal).toMatchObject({ code, errors: [{ pointer: `/changes/0/instructions/1${pointer}` }] });
    expect(await world.versions()).toMatchObject({ production: 2 });
  });

  test.for<[string, object, string]>([
    [
      'an unknown flag',
      { kind: 'set-prerequisites', prerequisites: [{ flag: 'x', variations: ['on'] }] },
      'unknown-reference',
    ],
    ['itself', { kind: 'set-prerequisites', prerequisites: [{ flag: 'checkout', variations: ['on'] }] }, 'validation'],
    [
      'an unknown segment',
      {
        kind: 'add-rule',
        rule: { clauses: [{ attribute: '', operator: 'in-segment', values: ['x'] }], serve: { variation: 'on' } },
      },
      'unknown-reference',
    ],
    [
      'a pattern that needs backtracking',
      {
        kind: 'add-rule',
        rule: { clauses: [{ attribute: 'a', operator: 'matches', values: ['(a)\\1'] }], serve: { variation: 'on' } },
      },
      'validation',
    ],
  ])('referring to %s', async ([, instruction, code]) => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const refusal = await world.refusal(inProduction('checkout', instruction));
    expect(refusal.code).toBe(code);
    expect(refusal.errors?.[0]?.detail).toMatch(/\w/);
    expect(await world.versions()).toMatchObject({ production: 2 });
  });

  test('a chain of prerequisites that grows too long from either end', async () => {
    await using world = await openWorld({ environments: ['production'] });
    const keys = Array.from({ length: REFERENCE_DEPTH + 3 }, (_, index) => `flag-${index}`);
    await world.change(keys.map(boolean));
    const needs = (flag: string, needed: string) =>
      inProduction(flag, { kind: 'set-prerequisites', prerequisites: [{ flag: needed, variations: ['on'] }] });
    const refusals: string[] = [];
    for (const [index, key] of keys.slice(0, -1).entries()) {
      await world.change(needs(key, keys[index + 1] ?? '')).catch((error: Error) => refusals.push(error.message));
    }
    expect(refusals[0]).toContain('Shorten the chain');
  });

  test('an unknown flag, segment, environment or project', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    expect(await world.refusal(shared('x', { kind: 'archive' }))).toMatchObject({ code: 'not-found' });
    expect(await world.refusal({ delete: 'segment', segment: 'x' })).toMatchObject({ code: 'not-found' });
    const nowhere = { flag: 'checkout', environment: 'x', instructions: [{ kind: 'turn-on' }] } as const;
    expect(await world.refusal(nowhere)).toMatchObject({ code: 'not-found' });
    expect(await world.refusal(boolean('y'), { project: 'x' })).toMatchObject({ code: 'not-found' });
  });
});

describe('a revision that has moved on', () => {
  test('is refused with the current state, the base, and the fields that both changed', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(inProduction('checkout', { kind: 'turn-on' }, { kind: 'set-off-variation', variation: 'on' }));
    const refusal = await world.refusal({
      flag: 'checkout',
      environment: 'production',
      expectedRevision: 1,
      instructions: [
        { kind: 'turn-on' },
        { kind: 'set-fallthrough', serve: { variation: 'off' } },
        { kind: 'set-off-variation', variation: 'off' },
      ],
    });
    expect(refusal).toMatchObject({
      code: 'revision-conflict',
      extra: { current: { revision: 2, on: true, offVariation: 'on' }, base: { on: false, offVariation: 'off' } },
    });
    // Both turned it on, so that is no conflict; the off variation was asked to stay what it was.
    expect(refusal.extra?.['conflicts']).toEqual([]);
  });

  test('names a field that both sides changed to different values', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const split = (on: number) =>
      ({ kind: 'set-split', at: 'fallthrough', weights: { on, off: 100_000 - on } }) as const;
    await world.change(inProduction('checkout', split(10_000)));
    const refusal = await world.refusal({
      flag: 'checkout',
      environment: 'production',
      expectedRevision: 1,
      instructions: [split(25_000)],
    });
    expect(refusal.extra?.['conflicts']).toMatchObject([
      {
        path: '/fallthrough',
        base: { variation: 'on' },
        current: { split: { weights: { on: 10_000 } } },
        wanted: { split: { weights: { on: 25_000 } } },
      },
    ]);
  });
});

describe('a kill', () => {
  test('is urgent, and a restore brings back exactly what was', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(inProduction('checkout', { kind: 'turn-on' }));
    const production = world.environmentId('production');
    const [before] = await world.store.items(production);
    await world.change(inProduction('checkout', { kind: 'kill', reason: 'errors' }));
    await world.change(inProduction('checkout', { kind: 'restore' }));
    const [after] = await world.store.items(production);
    expect(after?.body).toEqual(before?.body);
    const changes = await world.store.changesSince(production, 2, 10);
    expect(changes.map(({ version, urgent }) => [version, urgent])).toEqual([
      [3, false],
      [4, true],
      [5, true],
    ]);
  });

  test('of what is killed already succeeds, changes nothing and keeps the first reason', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(inProduction('checkout', { kind: 'kill', reason: 'first' }));
    const again = await world.change(inProduction('checkout', { kind: 'kill', reason: 'second' }));
    expect(again).toMatchObject({ versions: {}, documents: [{ document: { killed: { reason: 'first' } } }] });
  });

  test('passes though the rest of the stored configuration is invalid', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const ref = { kind: 'flag-config', parent: world.environmentId('production'), key: 'checkout' } as const;
    const stored = await world.store.document<object>(ref);
    const broken = { ...stored?.body, on: true, fallthrough: { variation: 'gone' } };
    await world.store.write([], (tx) => tx.put(ref, broken, 1));
    expect(await world.refusal(inProduction('checkout', { kind: 'turn-off' }))).toMatchObject({
      code: 'unknown-reference',
    });
    const outcome = await world.change(inProduction('checkout', { kind: 'kill', reason: 'errors' }));
    expect(outcome.versions).toEqual({ production: 3 });
    const [item] = await world.store.items(ref.parent);
    expect(item?.body).toMatchObject({ killed: true, off: 1 });
  });

  test('asked for with waitForApplied makes any change urgent', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(inProduction('checkout', { kind: 'turn-on' }), { urgent: true });
    const [change] = await world.store.changesSince(world.environmentId('production'), 2, 1);
    expect(change?.urgent).toBe(true);
  });
});

describe('an archived flag', () => {
  const DAY = 24 * 60 * 60 * 1_000;

  test('keeps serving, marked, for 30 days; then its item leaves every payload, once', async () => {
    await using world = await openWorld();
    const retire = createRetirement(world);
    await world.change([boolean('checkout'), boolean('payments')]);
    await world.change(shared('checkout', { kind: 'archive' }));
    const production = world.environmentId('production');
    world.time.now += 30 * DAY - 1;
    await retire(world.time.now);
    expect(await world.store.items(production)).toMatchObject([
      { key: 'checkout', body: { archived: true } },
      { key: 'payments' },
    ]);
    world.time.now += 1;
    await retire(world.time.now);
    await createRetirement(world)(world.time.now);
    expect(await world.store.items(production)).toMatchObject([{ key: 'payments' }]);
    expect(await world.versions()).toEqual({ development: 4, staging: 4, production: 4 });
    const [record] = await world.store.audit({ limit: 1 });
    expect(record).toMatchObject({ action: 'retire-flag', actor: 'system' });
  });

  test('keeps its key for ever, also once it has left', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(shared('checkout', { kind: 'archive' }));
    world.time.now += 31 * DAY;
    await createRetirement(world)(world.time.now);
    expect(await world.store.items(world.environmentId('production'))).toEqual([]);
    expect(await world.refusal(boolean('Checkout'))).toMatchObject({ code: 'already-exists' });
  });

  test('that has left comes back with everything when it is unarchived', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const production = world.environmentId('production');
    const [before] = await world.store.items(production);
    await world.change(shared('checkout', { kind: 'archive' }));
    world.time.now += 31 * DAY;
    await createRetirement(world)(world.time.now);
    await world.change(shared('checkout', { kind: 'unarchive' }));
    expect((await world.store.items(production))[0]?.body).toEqual(before?.body);
  });

  test('keeps its key: no other flag can take it', async () => {
    await using world = await openWorld();
    const create = boolean('checkout');
    await world.change(create);
    expect(await world.refusal(create)).toMatchObject({ detail: expect.stringContaining('already in this project') });
    await world.change(shared('checkout', { kind: 'archive' }));
    const detail = 'Flag `checkout` is archived, and its key stays reserved. Unarchive it, or choose another key.';
    expect(await world.refusal(create)).toMatchObject({ code: 'already-exists', detail });
  });

  test('is read-only until it is unarchived', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    await world.change(shared('checkout', { kind: 'archive' }));
    expect(await world.refusal(inProduction('checkout', { kind: 'turn-on' }))).toMatchObject({ code: 'archived' });
    expect(await world.refusal(shared('checkout', { kind: 'rename', name: 'x' }))).toMatchObject({ code: 'archived' });
    await world.change(shared('checkout', { kind: 'unarchive' }));
    await world.change(inProduction('checkout', { kind: 'turn-on' }));
  });

  test('is refused while another flag needs it, naming where', async () => {
    await using world = await openWorld();
    await world.change([boolean('checkout'), boolean('payments')]);
    const prerequisites = [{ flag: 'payments', variations: ['on'] }];
    await world.change(inProduction('checkout', { kind: 'set-prerequisites', prerequisites }));
    const refusal = await world.refusal(shared('payments', { kind: 'archive' }));
    expect(refusal.code).toBe('in-use');
    expect(refusal.detail).toContain('checkout');
  });
});

describe('a segment', () => {
  const beta = { create: 'segment', segment: { key: 'beta' } } as const;
  const rule = {
    kind: 'add-rule',
    rule: { clauses: [{ attribute: '', operator: 'in-segment', values: ['beta'] }], serve: { variation: 'on' } },
  };

  test('in use is not deleted, and the refusal names its users', async () => {
    await using world = await openWorld();
    await world.change([boolean('checkout'), beta]);
    await world.change(inProduction('checkout', rule));
    const refusal = await world.refusal({ delete: 'segment', segment: 'beta' });
    expect(refusal).toMatchObject({
      code: 'in-use',
      extra: { users: [{ environment: 'production', kind: 'flag', key: 'checkout' }] },
    });
  });

  test('out of use is deleted everywhere, and its key is never given again', async () => {
    await using world = await openWorld();
    await world.change(beta);
    const outcome = await world.change({ delete: 'segment', segment: 'beta' });
    expect(outcome.versions).toEqual({ development: 3, staging: 3, production: 3 });
    expect(await world.store.items(world.environmentId('production'))).toEqual([]);
    expect(await world.refusal(beta)).toMatchObject({ code: 'already-exists' });
  });

  test('a few new keys in a large list travel as those keys, and lead to the same bytes', async () => {
    await using world = await openWorld();
    await world.change(beta);
    const members = (kind: string, keys: readonly string[]) =>
      ({
        segment: 'beta',
        environment: 'production',
        instructions: [{ kind, list: 'included', contextKind: 'user', keys }],
      }) as never;
    await world.change(
      members(
        'add-members',
        Array.from({ length: 100 }, (_, index) => `user-${index}`),
      ),
    );
    await world.change([members('add-members', ['new']), members('remove-members', ['user-7'])]);
    const changes = await world.store.changesSince(world.environmentId('production'), 3, 10);
    expect(changes[0]?.ops).toEqual([
      { op: 'members', key: 'beta', ctx: 'user', list: 'included', add: ['new'], remove: ['user-7'], rev: 4 },
    ]);
  });

  test('a cycle of segments is refused', async () => {
    await using world = await openWorld();
    await world.change([beta, { create: 'segment', segment: { key: 'staff' } }]);
    const refers = (segment: string, to: string) =>
      ({
        segment,
        environment: 'production',
        instructions: [
          { kind: 'add-rule', rule: { clauses: [{ attribute: '', operator: 'in-segment', values: [to] }] } },
        ],
      }) as never;
    await world.change(refers('beta', 'staff'));
    expect(await world.refusal(refers('staff', 'beta'))).toMatchObject({ code: 'validation' });
  });
});

describe('a payload that is full', () => {
  test('takes nothing more, and says what would help; shrinking it is let through', async () => {
    await using world = await openWorld({ environments: ['production'] });
    const segments = ['s1', 's2', 's3', 's4', 's5'];
    await world.change(segments.map((key) => ({ create: 'segment', segment: { key } })));
    const members = (segment: string, count: number, length: number) =>
      ({
        segment,
        environment: 'production',
        instructions: [
          {
            kind: 'set-members',
            list: 'included',
            contextKind: 'user',
            keys: Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, 'x')),
          },
        ],
      }) as never;
    for (const segment of segments.slice(0, 4)) await world.change(members(segment, 4_000, 1_000));
    const refusal = await world.refusal(members('s5', 4_000, 1_000));
    expect(refusal).toMatchObject({ code: 'validation', errors: [{ pointer: '/environments/production' }] });
    expect(refusal.detail).toContain('16 MiB');
    await world.change(members('s1', 3_999, 1_000));
  });
});

describe('a dry run', () => {
  test('answers the difference and writes nothing', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const before = await world.store.auditHead();
    const outcome = await world.change(inProduction('checkout', { kind: 'turn-on' }), { dryRun: true });
    expect(outcome.documents).toMatchObject([
      { revision: 1, diff: [{ kind: 'turn-on' }], summary: ['turned on in production'] },
    ]);
    expect(await world.store.auditHead()).toEqual(before);
    expect(await world.versions()).toMatchObject({ production: 2 });
    expect(world.committed).toHaveLength(1);
  });

  test('refuses what the change itself would refuse', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const change = inProduction('checkout', { kind: 'set-off-variation', variation: 'x' });
    expect(await world.refusal(change, { dryRun: true })).toEqual(await world.refusal(change));
  });
});

describe('several documents in one change', () => {
  test('are all changed in one version', async () => {
    await using world = await openWorld();
    const outcome = await world.change([boolean('a'), boolean('b'), inProduction('a', { kind: 'turn-on' })]);
    expect(outcome.versions).toEqual({ development: 2, staging: 2, production: 2 });
    expect(await world.store.items(world.environmentId('production'))).toMatchObject([
      { key: 'a', body: { on: true } },
      { key: 'b', body: { on: false } },
    ]);
  });

  test('or none is, and the pointer names the one at fault', async () => {
    await using world = await openWorld();
    const refusal = await world.refusal([boolean('a'), inProduction('a', { kind: 'restore' })]);
    expect(refusal.errors?.[0]?.pointer).toBe('/changes/1/instructions/0');
    expect(await world.store.documents('flag')).toEqual([]);
  });
});

describe('T11: a retry with the same idempotency key', () => {
  const idempotency = { principal: 'member:editor-1', key: 'retry-1', request: 'hash-1' };

  test('answers the same and changes nothing', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'));
    const change = inProduction('checkout', { kind: 'kill', reason: 'errors' });
    const first = await world.change(change, { idempotency });
    const head = await world.store.auditHead();
    expect(await world.change(change, { idempotency })).toEqual(first);
    expect(await world.store.auditHead()).toEqual(head);
    expect(await world.versions()).toMatchObject({ production: 3 });
  });

  test('for another request is refused', async () => {
    await using world = await openWorld();
    await world.change(boolean('checkout'), { idempotency });
    const other = { ...idempotency, request: 'hash-2' };
    expect(await world.refusal(boolean('other'), { idempotency: other })).toMatchObject({
      code: 'idempotency-conflict',
    });
  });
});
