import { describe, expect, test } from 'vitest';
import { testPlatform } from '../testing-platform.ts';
import { createMigration, type Sides } from './migration.ts';
import type { SideCall } from './records.ts';
import type { Divergence, MigrationConfig, MigrationOrigin, MigrationStage } from './types.ts';

type Op = 'read' | 'write';
type Failing = readonly MigrationOrigin[];

/** Reads and writes of users that are in both stores. */
type Users = MigrationConfig<readonly [id: string], unknown, readonly [user: string], string>;

function aMigration(stage: unknown, overrides: Partial<Users> = {}, failing: Failing = []) {
  const platform = testPlatform();
  const calls: string[] = [];
  const recorded: unknown[] = [];
  const divergences: Divergence[] = [];
  const sides: Sides = {
    platform,
    log: (_level, code) => recorded.push(code),
    recorder: {
      called: (flag, { op, side, ok }: SideCall) => recorded.push([flag, op, side, ok]),
      compared: (flag, at, paths) => recorded.push([flag, 'compared', at, paths]),
      skipped: (flag) => recorded.push([flag, 'skipped']),
    },
    variation: <T>() => stage as T,
  };
  const side = (op: Op, origin: MigrationOrigin) => async (what: string) => {
    calls.push(`${op} ${origin} ${what}`);
    if (failing.includes(origin)) throw new Error(`the ${origin} store failed`);
    return op === 'read' ? `user ${what}` : `written to ${origin}`;
  };
  const config: Users = {
    fallbackStage: 'off',
    read: { old: side('read', 'old'), new: side('read', 'new') },
    write: { old: side('write', 'old'), new: side('write', 'new') },
    onDivergence: (info) => divergences.push(info),
    ...overrides,
  };
  return { sides, platform, calls, recorded, divergences, users: createMigration(sides, 'users-db', config) };
}

/** What the platform's chance answers always: just not less than this share. */
const CHANCE = 0.5;
const context = { user: { key: 'u-1' } };

/** What was begun beside the call runs to its end. */
async function settled(platform: ReturnType<typeof testPlatform>): Promise<void> {
  platform.advance(0);
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

interface Row {
  readonly first: MigrationOrigin;
  /** Asked too, when the first one did not fail. */
  readonly second: MigrationOrigin | null;
}

const TABLE: Readonly<Record<MigrationStage, Readonly<Record<Op, Row>>>> = {
  off: { read: { first: 'old', second: null }, write: { first: 'old', second: null } },
  dualwrite: { read: { first: 'old', second: null }, write: { first: 'old', second: 'new' } },
  shadow: { read: { first: 'old', second: 'new' }, write: { first: 'old', second: 'new' } },
  live: { read: { first: 'new', second: 'old' }, write: { first: 'new', second: 'old' } },
  rampdown: { read: { first: 'new', second: null }, write: { first: 'new', second: 'old' } },
  complete: { read: { first: 'new', second: null }, write: { first: 'new', second: null } },
};

const stages = Object.keys(TABLE) as MigrationStage[];
const matrix = stages.flatMap((stage) =>
  (['read', 'write'] as const).flatMap((op) =>
    ([[], ['old'], ['new'], ['old', 'new']] as const).map((failing) => [stage, op, failing] as const),
  ),
);

describe('S23: every stage, read and write, whatever fails', () => {
  test.for(matrix)('in the stage %s a %s, while %j fails, is as the table says', async ([stage, op, failing]) => {
    const { first, second } = TABLE[stage][op];
    const { platform, calls, recorded, divergences, users } = aMigration(stage, {}, failing);
    const firstFails = (failing as Failing).includes(first);
    const secondFails = second !== null && (failing as Failing).includes(second);
    const isSecondAsked = second !== null && !firstFails;

    const call = op === 'read' ? users.read(context, 'u-1') : users.write(context, 'u-1');
    if (firstFails) await expect(call).rejects.toThrow(`the ${first} store failed`);
    else expect(await call).toBe(op === 'read' ? 'user u-1' : `written to ${first}`);
    await settled(platform);

    expect(calls).toEqual([`${op} ${first} u-1`, ...(isSecondAsked ? [`${op} ${second} u-1`] : [])]);
    expect(recorded).toEqual([
      ['users-db', op, first, !firstFails],
      ...(isSecondAsked ? [['users-db', op, second, !secondFails]] : []),
      ...(isSecondAsked && op === 'read' && !secondFails ? [['users-db', 'compared', stage, []]] : []),
    ]);
    const error = expect.objectContaining({ message: `the ${second} store failed` });
    expect(divergences).toEqual(isSecondAsked && secondFails ? [{ op, stage, paths: [], error }] : []);
  });
});

describe('the stage of a migration', () => {
  test.for([...stages, undefined, 'unknown', 'toString', 7])('%j is the one served, or else the fallback', (served) => {
    expect(aMigration(served).users.stage(context)).toBe(stages.includes(served as never) ? served : 'off');
  });
});

describe('a read that is compared', () => {
  const different: Partial<Users> = {
    read: { old: () => ({ id: 1, name: 'Ada' }), new: async () => ({ id: 1, name: 'Bob', plan: 'pro' }) },
  };

  test('tells the places that differ, and never the values', async () => {
    const { platform, recorded, divergences, users } = aMigration('shadow', different);
    expect(await users.read(context, 'u-1')).toEqual({ id: 1, name: 'Ada' });
    await settled(platform);
    expect(recorded.at(-1)).toEqual(['users-db', 'compared', 'shadow', ['/name', '/plan']]);
    expect(divergences).toEqual([{ op: 'read', stage: 'shadow', paths: ['/name', '/plan'] }]);
  });

  test.for(['shadow', 'live'] as const)('is given the old answer first in the stage %s', async (stage) => {
    const given: unknown[] = [];
    const compare = (old: unknown, fresh: unknown) => {
      given.push(old, fresh);
      return false;
    };
    const { platform, divergences, users } = aMigration(stage, { read: { old: () => 1, new: () => 2 }, compare });
    await users.read(context, 'u-1');
    await settled(platform);
    expect(given).toEqual([1, 2]);
    expect(divergences).toEqual([{ op: 'read', stage, paths: [''] }]);
  });

  test('is begun after the caller has gone on', async () => {
    const { platform, calls, users } = aMigration('shadow');
    await users.read(context, 'u-1').then(() => calls.push('caller'));
    await settled(platform);
    expect(calls).toEqual(['read old u-1', 'caller', 'read new u-1']);
  });

  test('is waited for where the caller says so', async () => {
    const { recorded, users } = aMigration('shadow', { shadowRead: { await: true } });
    await users.read(context, 'u-1');
    expect(recorded.at(-1)).toEqual(['users-db', 'compared', 'shadow', []]);
  });

  test('is left out beyond its share', async () => {
    const { platform, calls, users } = aMigration('shadow', { shadowRead: { sampleRate: CHANCE } });
    await users.read(context, 'u-1');
    await settled(platform);
    expect(calls).toEqual(['read old u-1']);
  });

  test('fails for being late, and counts as under way until it ends', async () => {
    const hanging = { read: { old: () => 1, new: () => new Promise(() => undefined) } };
    const limits = { timeoutMs: 500, maxInFlight: 2 };
    const { platform, recorded, divergences, users } = aMigration('shadow', { ...hanging, shadowRead: limits });
    for (let call = 0; call < 3; call += 1) await users.read(context, 'u-1');
    await settled(platform);
    platform.advance(500);
    await settled(platform);
    const late = expect.objectContaining({ name: 'TimeoutError' });
    expect(recorded.slice(3)).toEqual([
      ['users-db', 'skipped'],
      ['users-db', 'read', 'new', false],
      ['users-db', 'read', 'new', false],
    ]);
    expect(divergences).toEqual(Array(2).fill({ op: 'read', stage: 'shadow', paths: [], error: late }));
    await users.read(context, 'u-1');
    await settled(platform);
    expect(recorded.at(-1)).toEqual(['users-db', 'skipped']);
  });

  test('harms nobody when the comparison or the listener throws', async () => {
    const compare = () => {
      throw new Error('cannot compare');
    };
    const broken = aMigration('shadow', { compare });
    expect(await broken.users.read(context, 'u-1')).toBe('user u-1');
    await settled(broken.platform);
    expect(broken.recorded.at(-1)).toBe('GP1905');

    const onDivergence = [
      () => {
        throw new Error('no queue');
      },
      async () => {
        throw new Error('no queue');
      },
    ];
    for (const listener of onDivergence) {
      const { platform, recorded, users } = aMigration('shadow', { ...different, onDivergence: listener });
      await users.read(context, 'u-1');
      await settled(platform);
      expect(recorded.at(-1)).toBe('GP1904');
    }
  });
});

test('a write is waited for on both sides, one after the other', async () => {
  const order: string[] = [];
  const slow = (name: string) => async () => {
    order.push(`${name} begins`);
    await null;
    order.push(`${name} ends`);
    return name;
  };
  const { users } = aMigration('live', { write: { old: slow('old'), new: slow('new') } });
  expect(await users.write(context, 'u-1')).toBe('new');
  expect(order).toEqual(['new begins', 'new ends', 'old begins', 'old ends']);
});

test('a migration that was given nothing that writes says so', async () => {
  const sides = { ...aMigration('off').sides };
  const readOnly = createMigration(sides, 'users-db', { fallbackStage: 'off', read: { old: () => 1, new: () => 2 } });
  expect(await readOnly.read(context)).toBe(1);
  await expect(readOnly.write(context)).rejects.toThrow("the migration 'users-db' was given no functions that write");
});
