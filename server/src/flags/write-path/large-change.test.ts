import { expect, test } from 'vitest';
import { verifyAudit } from '../../store/audit-chain.ts';
import { openWorld } from '../world.contract.ts';
import type { DocumentChange } from './change.ts';

const made = Array.from(
  { length: 400 },
  (_, index): DocumentChange => ({ create: 'flag', flag: { key: `many-${index}`, type: 'boolean' } }),
);
const needs = (flag: string, needed: string): DocumentChange => ({
  flag,
  environment: 'production',
  instructions: [{ kind: 'set-prerequisites', prerequisites: [{ flag: needed, variations: ['on'] }] }],
});

test('a large change that was planned before another one was written is planned again, and neither is lost', async () => {
  await using world = await openWorld({ environments: ['production'] });
  await world.change({ create: 'flag', flag: { key: 'a', type: 'boolean' } });
  const kill: DocumentChange = {
    flag: 'a',
    environment: 'production',
    instructions: [{ kind: 'kill', reason: 'INC-1' }],
  };
  const [large] = await Promise.all([world.change([...made, needs('a', 'many-7')]), world.change(kill)]);
  const config = large.documents.find(({ kind, key }) => kind === 'flag-config' && key === 'a');
  expect([config?.revision, config?.document]).toMatchObject([3, { killed: { reason: 'INC-1' } }]);
});

test('a large change and a small one do not close a cycle together', async () => {
  await using world = await openWorld({ environments: ['production'] });
  await world.change(['a', 'b'].map((key): DocumentChange => ({ create: 'flag', flag: { key, type: 'boolean' } })));
  const results = await Promise.allSettled([world.change([...made, needs('a', 'b')]), world.change(needs('b', 'a'))]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});

test('a large change is recorded in parts that can be read one by one, and every document in one of them', async () => {
  await using world = await openWorld({ environments: ['production'] });
  const { changeId } = await world.change(made);
  const records = await world.store.audit({ changeId, limit: 100, ascending: true });
  expect(records.map(({ documents }) => documents.length)).toEqual([250, 250, 250, 50]);
  expect(new Set(records.flatMap(({ documents }) => documents.map(({ kind, key }) => `${kind} ${key}`))).size).toBe(
    800,
  );
  expect(records.map(({ environments }) => environments)).toEqual(
    records.map(() => [{ key: 'production', from: 1, to: 2 }]),
  );
  expect(verifyAudit(await world.store.audit({ limit: 100, ascending: true }))).toMatchObject({ kind: 'intact' });
});
