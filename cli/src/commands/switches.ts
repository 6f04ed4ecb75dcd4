import type { Command } from '../command.ts';
import { usage } from '../failure.ts';
import { configRoute } from '../paths.ts';
import { WAITING, waitOf } from '../waiting.ts';
import { carryOut, guard } from '../write.ts';

const KEY = { name: 'KEY', summary: 'key of the flag', completes: 'flags' } as const;

export const on: Command = {
  ...turning('on', 'turn-on'),
  summary: 'turns a flag on: its rules decide who gets what',
};

export const off: Command = {
  ...turning('off', 'turn-off'),
  summary: 'turns a flag off: everybody gets its off variation',
};

function turning(name: 'on' | 'off', kind: 'turn-on' | 'turn-off'): Omit<Command, 'summary'> {
  return {
    name,
    place: 'environment',
    writes: true,
    arguments: [KEY],
    options: {},
    example: `glidepath ${name} new-checkout --env staging`,
    async run(call) {
      const { flag, environment, reason, before } = await guard(call, `Turn ${name}`, 'ordinary');
      const opposite = before.on ? 'on' : 'off';
      return carryOut(call, {
        flag,
        environment,
        method: 'PATCH',
        route: configRoute(call, flag),
        body: { ...(reason !== undefined && { comment: reason }), instructions: [{ kind }] },
        did: `turned ${flag} ${name}`,
        undo: `${opposite} ${flag}`,
      });
    },
  };
}

export const kill: Command = {
  name: 'kill',
  summary: 'stops a flag at once: everybody gets its off variation, whatever its rules say',
  place: 'environment',
  writes: true,
  arguments: [KEY],
  options: WAITING,
  example: 'glidepath kill new-checkout --env production --reason "INC-204 double charges" --wait',
  async run(call) {
    const waitForApplied = waitOf(call);
    const { flag, environment, reason, before } = await guard(call, 'Kill', 'emergency');
    if (reason === undefined) throw usage('A kill needs a reason: others will read it.', 'Pass --reason.');
    return carryOut(call, {
      flag,
      environment,
      method: 'POST',
      route: `${configRoute(call, flag)}/kill`,
      body: { reason },
      did: `killed ${flag}`,
      // Whoever kills again what is killed has changed nothing.
      undo: before.killed === null ? `restore ${flag}` : `kill ${flag}`,
      ...(waitForApplied !== undefined && { waitForApplied }),
    });
  },
};

export const restore: Command = {
  name: 'restore',
  summary: 'ends a kill: the flag does exactly what it did before, or a rollout leads there',
  place: 'environment',
  writes: true,
  arguments: [KEY],
  options: {
    as: {
      value: 'before|rollout',
      summary: 'everything at once (before), or from 1 % in steps (rollout); before if absent',
    },
    ...WAITING,
  },
  example: 'glidepath restore new-checkout --env production --reason "INC-204 is over"',
  async run(call) {
    const waitForApplied = waitOf(call);
    const as = call.text('as') ?? 'before';
    if (as !== 'before' && as !== 'rollout') throw usage('--as takes before or rollout.');
    const { flag, environment, reason } = await guard(call, 'Restore', 'ordinary');
    if (reason === undefined) throw usage('The end of a kill needs a reason: others will read it.', 'Pass --reason.');
    return carryOut(call, {
      flag,
      environment,
      method: 'POST',
      route: `${configRoute(call, flag)}/restore`,
      body: { reason, as },
      did: as === 'before' ? `restored ${flag}` : `restored ${flag} as a rollout`,
      undo: `kill ${flag}`,
      ...(waitForApplied !== undefined && { waitForApplied }),
    });
  },
};

export const revert: Command = {
  name: 'revert',
  summary: 'makes a flag do what it did at an earlier revision, as a new change',
  place: 'environment',
  writes: true,
  arguments: [KEY],
  options: { to: { value: 'REVISION', summary: 'a revision in the history of the flag in this environment' } },
  example: 'glidepath revert new-checkout --to 12 --env staging',
  async run(call) {
    const to = Number(call.text('to') ?? Number.NaN);
    if (!Number.isSafeInteger(to) || to < 1) throw usage('Say which revision.', 'Pass --to, such as --to 12.');
    const { flag, environment, reason, before } = await guard(call, `Revert to revision ${to}`, 'ordinary');
    return carryOut(call, {
      flag,
      environment,
      method: 'POST',
      route: `${configRoute(call, flag)}/revert`,
      body: { to, ...(reason !== undefined && { comment: reason }) },
      did: `reverted ${flag} to revision ${to}`,
      undo: `revert ${flag} --to ${before.revision}`,
    });
  },
};
