import { createHash } from 'node:crypto';
import { digestOf, type Hash } from '@glidepath/core/protocol';
import { describe, expect, inject, test } from 'vitest';
import { openWorld, postgresDatabase, type World } from '../world.contract.ts';
import type { DocumentChange } from './change.ts';

const hash: Hash = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);

const needs = (flag: string, needed: string | null): DocumentChange => ({
  flag,
  environment: 'production',
  instructions: [
    { kind: 'set-prerequisites', prerequisites: needed === null ? [] : [{ flag: needed, variations: ['on'] }] },
  ],
});

const refers = (segment: string, to: string): DocumentChange => ({
  segment,
  environment: 'production',
  instructions: [
    { kind: 'add-rule', rule: { id: to, clauses: [{ attribute: '', operator: 'in-segment', values: [to] }] } },
  ],
});

const forgets = (segment: string, to: string): DocumentChange => ({
  segment,
  environment: 'production',
  instructions: [{ kind: 'remove-rule', ruleId: to }],
});

async function makeDocuments(world: World): Promise<void> {
  await world.change([
    { create: 'flag', flag: { key: 'a', type: 'boolean' } },
    { create: 'flag', flag: { key: 'b', type: 'boolean' } },
    { create: 'segment', segment: { key: 's' } },
    { create: 'segment', segment: { key: 't' } },
  ]);
}

/** Both at once; how many were refused. */
async function race(world: World, first: DocumentChange, second: DocumentChange): Promise<number> {
  const results = await Promise.allSettled([world.change(first), world.change(second)]);
  return results.filter(({ status }) => status === 'rejected').length;
}

async function raceToCycles(world: World, rounds: number): Promise<void> {
  await makeDocuments(world);
  for (let round = 0; round < rounds; round++) {
    expect(await race(world, needs('a', 'b'), needs('b', 'a'))).toBe(1);
    await world.change([needs('a', null), needs('b', null)]);
    expect(await race(world, refers('s', 't'), refers('t', 's'))).toBe(1);
    await Promise.allSettled([world.change(forgets('s', 't')), world.change(forgets('t', 's'))]);
  }
}

describe('T9: two writers who close a cycle at the same moment', () => {
  test('one of them is refused on SQLite', async () => {
    await using world = await openWorld({ environments: ['production'] });
    await raceToCycles(world, 20);
  });

  test('one of them is refused on PostgreSQL', async () => {
    await using database = await postgresDatabase(inject('pgUrl'));
    await using world = await openWorld({ environments: ['production'], url: database.url });
    await raceToCycles(world, 20);
  });
});

describe('many writers at once', () => {
  test.for(['SQLite', 'PostgreSQL'])('of different flags lose nothing and leave no gap on %s', async (database) => {
    await using server = database === 'PostgreSQL' ? await postgresDatabase(inject('pgUrl')) : null;
    await using world = await openWorld({ ...(server && { url: server.url }) });
    const keys = Array.from({ length: 8 }, (_, index) => `flag-${index}`);
    await Promise.all(keys.map((key) => world.change({ create: 'flag', flag: { key, type: 'boolean' } })));
    const writes = keys.flatMap((flag) =>
      ['development', 'staging', 'production'].map((environment) =>
        world.change({ flag, environment, instructions: [{ kind: 'turn-on' }] }),
      ),
    );
    const shared = keys.map((flag) =>
      world.change({ flag, instructions: [{ kind: 'set-client-side', clientSide: true }] }),
    );
    await Promise.all([...writes, ...shared]);
    // 1 empty, 8 made, 8 turned on, 8 made visible to browsers.
    expect(await world.versions()).toEqual({ development: 25, staging: 25, production: 25 });
    for (const { id } of world.environments) {
      const items = await world.store.items(id);
      expect(items.map(({ body }) => 'on' in body && body.on && body.clientSide)).toEqual(keys.map(() => true));
      expect((await world.store.changesSince(id, 1, 100)).map(({ version }) => version)).toEqual(
        Array.from({ length: 24 }, (_, index) => index + 2),
      );
    }
  });

  test('who makes the same key are told apart: one wins', async () => {
    await using world = await openWorld();
    const results = await Promise.allSettled(
      ['checkout', 'checkout', 'CHECKOUT'].map((key) =>
        world.change({ create: 'flag', flag: { key, type: 'boolean' } }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('with the revision that they saw: one wins, the others are told what is there now', async () => {
    await using world = await openWorld();
    await world.change({ create: 'flag', flag: { key: 'checkout', type: 'boolean' } });
    const rename = (name: string): DocumentChange => ({
      flag: 'checkout',
      expectedRevision: 1,
      instructions: [{ kind: 'rename', name }],
    });
    const results = await Promise.allSettled(['x', 'y', 'z'].map((name) => world.change(rename(name))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('with the same idempotency key apply once, and both get the same answer', async () => {
    await using database = await postgresDatabase(inject('pgUrl'));
    await using world = await openWorld({ url: database.url });
    await world.change({ create: 'flag', flag: { key: 'checkout', type: 'boolean' } });
    const idempotency = { principal: 'member:editor-1', key: 'k', request: 'r' };
    const kill: DocumentChange = {
      flag: 'checkout',
      environment: 'production',
      instructions: [{ kind: 'kill', reason: 'errors' }],
    };
    const [first, second] = await Promise.all([
      world.change(kill, { idempotency }),
      world.change(kill, { idempotency }),
    ]);
    expect(second).toEqual(first);
    expect(await world.versions()).toMatchObject({ production: 3 });
  });
});

describe('T4: on, off and on again at once', () => {
  test('ends in the exact old state under the last version, with every step in the history', async () => {
    await using world = await openWorld({ environments: ['production'] });
    await world.change({ create: 'flag', flag: { key: 'checkout', type: 'boolean' } });
    const production = world.environmentId('production');
    const steps = [['turn-on'], ['turn-off'], ['turn-on'], ['kill'], ['restore']] as const;
    await world.change({ flag: 'checkout', environment: 'production', instructions: [{ kind: 'turn-on' }] });
    const [before] = await world.store.items(production);
    for (let round = 0; round < 50; round++) {
      const from = (await world.versions())['production'] ?? 0;
      for (const [kind] of steps.slice(1)) {
        const instruction = kind === 'kill' ? { kind, reason: 'r' } : { kind };
        await world.change({ flag: 'checkout', environment: 'production', instructions: [instruction] });
      }
      const [after] = await world.store.items(production);
      expect(after?.body).toEqual(before?.body);
      expect(after?.rev).toBe(from + 4);
      const [head] = await world.store.heads([production]);
      expect(head).toMatchObject({ version: from + 4, digest: digestOf(await world.store.items(production), hash) });
    }
  });
});
