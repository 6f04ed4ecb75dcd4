import type { FlagRow, FlagWithEnvironments, HistoryEntry, Page } from '@glidepath/server/api-types';
import { askFor } from '../ask.ts';
import type { Call } from '../call.ts';
import type { Command, Outcome } from '../command.ts';
import { usage } from '../failure.ts';
import { tableOf, tame } from '../paint.ts';
import { configRoute, flagRoute, projectRoute } from '../paths.ts';
import { carryOut } from '../write.ts';

const KEY = { name: 'KEY', summary: 'key of the flag', completes: 'flags' } as const;
const TYPES = ['boolean', 'string', 'number', 'json'] as const;
const PURPOSES = ['release', 'experiment', 'kill-switch', 'operational', 'permission', 'migration'] as const;

export const list: Command = {
  name: 'flags list',
  summary: 'lists flags with their state in every environment',
  place: 'project',
  writes: false,
  isData: true,
  arguments: [],
  options: {
    query: { value: 'TEXT', summary: 'part of the key, the name, the description or a tag' },
    state: { value: 'STATE', summary: 'on, off, partial or killed', completes: ['on', 'off', 'partial', 'killed'] },
    tag: { value: 'TAG', summary: 'only with this tag' },
    archived: { summary: 'archived flags instead of live ones' },
  },
  example: 'glidepath flags list --state killed',
  async run(call) {
    const query = {
      q: call.text('query'),
      state: call.text('state'),
      tag: call.text('tag'),
      archived: call.has('archived') ? 'true' : undefined,
    };
    const rows = await call.api().list<FlagRow>(`${projectRoute(call)}/flags`, query);
    const environments = [...new Set(rows.flatMap((row) => row.environments.map(({ environment }) => environment)))];
    const lines = rows.map((row) => [
      row.key,
      row.type,
      ...environments.map((key) => row.environments.find(({ environment }) => environment === key)?.label ?? ''),
    ]);
    const text = rows.length === 0 ? 'no flags\n' : tableOf(['KEY', 'TYPE', ...environments], lines);
    return { document: rows, text };
  },
};

export const get: Command = {
  name: 'flags get',
  summary: 'shows a flag, and who gets what in every environment',
  place: 'project',
  writes: false,
  isData: true,
  arguments: [KEY],
  options: {},
  example: 'glidepath flags get new-checkout',
  async run(call) {
    const route = flagRoute(call, call.argument(0));
    const flag = await call.api().send<FlagWithEnvironments>('GET', route, { query: { include: 'environments' } });
    return { document: flag, text: tame(`${describe(flag).join('\n')}\n`) };
  },
};

function describe(flag: FlagWithEnvironments): readonly string[] {
  const facts = [
    flag.type,
    flag.purpose,
    ...(flag.owner === null ? [] : [`owner ${flag.owner}`]),
    ...(flag.clientSide ? ['browsers may read it'] : []),
    ...(flag.archivedAt === null ? [] : ['archived']),
  ];
  const environments = flag.environments.flatMap(({ environment, serves, killed, revision }) => [
    '',
    `${environment} (revision ${revision})`,
    ...(killed === null ? [] : [`  KILLED: ${killed.reason}`]),
    ...serves.map((line) => `  ${line}`),
  ]);
  return [
    `${flag.key} · ${facts.join(' · ')}`,
    ...(flag.description === '' ? [] : [flag.description]),
    `variations: ${flag.variations.map(({ key, value }) => `${key} = ${JSON.stringify(value)}`).join(', ')}`,
    ...environments,
  ];
}

const USUAL_ENTRIES = '20';

export const history: Command = {
  name: 'flags history',
  summary: 'tells what happened to a flag, newest first: in an environment, or to what all environments share',
  place: 'environment',
  writes: false,
  isData: true,
  arguments: [KEY],
  options: { limit: { value: 'COUNT', summary: `how many entries, at most 500; ${USUAL_ENTRIES} if absent` } },
  example: 'glidepath flags history new-checkout --env production',
  async run(call) {
    const flag = call.argument(0);
    const limit = call.text('limit') ?? USUAL_ENTRIES;
    if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > 500) throw usage('--limit takes a number from 1 to 500.');
    const route = call.hasEnvironment() ? configRoute(call, flag) : flagRoute(call, flag);
    const { items } = await call.api().send<Page<HistoryEntry>>('GET', `${route}/history`, { query: { limit } });
    const lines = items.flatMap(({ revision, at, by, origin, comment, summary }) => [
      `revision ${revision} · ${at.slice(0, 16).replace('T', ' ')} UTC · ${by} (${origin})`,
      ...summary.map((line) => `  ${line}`),
      ...(comment === null ? [] : [`  "${comment}"`]),
    ]);
    return { document: items, text: lines.map((line) => `${tame(line)}\n`).join('') || 'nothing yet\n' };
  },
};

export const create: Command = {
  name: 'flags create',
  summary: 'creates a flag; it is off in every environment',
  place: 'project',
  writes: true,
  arguments: [{ name: 'KEY', summary: 'key of the new flag' }],
  options: {
    type: { value: 'TYPE', summary: 'boolean, string, number or json', completes: TYPES },
    variation: {
      value: 'KEY=VALUE',
      summary: 'one variation, once for each; the last is served while the flag is off',
      isRepeatable: true,
    },
    name: { value: 'TEXT', summary: 'for people' },
    description: { value: 'TEXT', summary: 'what it decides' },
    owner: { value: 'NAME', summary: 'whom to ask' },
    purpose: { value: 'PURPOSE', summary: PURPOSES.join(', '), completes: PURPOSES },
    lifetime: { value: 'DAYS', summary: 'how long it is expected to live; 0 = for ever' },
    tag: { value: 'TAG', summary: 'once for each', isRepeatable: true },
    'client-side': { summary: 'browsers may read its value' },
  },
  example: 'glidepath flags create new-checkout --type boolean --owner payments --lifetime 30',
  async run(call) {
    const flag = call.argument(0);
    const type = await askFor(call, 'type', 'Which type: boolean, string, number or json?');
    if (!TYPES.some((one) => one === type)) throw usage(`There is no type \`${type}\`.`, `It is ${TYPES.join(', ')}.`);
    return carryOut(call, {
      flag,
      environment: null,
      method: 'POST',
      route: `${projectRoute(call)}/flags`,
      body: { key: flag, type, ...(await furtherFields(call, type)) },
      did: `created ${flag}: off in every environment`,
      undo: `flags archive ${flag}`,
    });
  },
};

async function furtherFields(call: Call, type: string): Promise<object> {
  const needsVariations = type !== 'boolean' && call.texts('variation').length === 0;
  if (needsVariations) throw usage(`A flag of type ${type} needs its variations.`, 'Pass --variation KEY=VALUE twice.');
  const variations = call.texts('variation').map((text) => variationOf(text, type));
  const lifetime = call.text('lifetime');
  const tags = call.texts('tag');
  const texts = ['name', 'description', 'owner', 'purpose'].flatMap((name) => {
    const value = call.text(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(texts),
    ...(variations.length > 0 && { variations }),
    ...(lifetime !== undefined && { lifetimeDays: daysOf(lifetime) }),
    ...(tags.length > 0 && { tags }),
    ...(call.has('client-side') && { clientSide: true }),
  };
}

function variationOf(text: string, type: string): { readonly key: string; readonly value: unknown } {
  const [, key, written] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (key === undefined || written === undefined)
    throw usage(`\`${text}\` is no variation.`, 'Write it as KEY=VALUE, such as blue=#0a58ca.');
  if (type === 'string') return { key, value: written };
  try {
    return { key, value: JSON.parse(written) };
  } catch {
    throw usage(`The value of \`${key}\` is not JSON.`, `A flag of type ${type} has values such as 5 or {"a":1}.`);
  }
}

function daysOf(text: string): number | null {
  const days = Number(text);
  if (!Number.isSafeInteger(days) || days < 0) throw usage('--lifetime takes a number of days.', 'Such as 30; or 0.');
  return days === 0 ? null : days;
}

export const archive: Command = {
  ...archiving('archive'),
  summary: 'puts a flag aside: it keeps what it serves and can no longer be changed',
};

export const unarchive: Command = {
  ...archiving('unarchive'),
  summary: 'takes a flag back from the archive',
};

function archiving(kind: 'archive' | 'unarchive'): Omit<Command, 'summary'> {
  return {
    name: `flags ${kind}`,
    place: 'project',
    writes: true,
    arguments: [KEY],
    options: {},
    example: `glidepath flags ${kind} new-checkout`,
    run(call): Promise<Outcome> {
      const flag = call.argument(0);
      const reason = call.text('reason');
      const bodyWith = (instruction: object) => ({
        ...(reason !== undefined && { comment: reason }),
        instructions: [{ kind, ...instruction }],
      });
      return carryOut(call, {
        flag,
        environment: null,
        method: 'PATCH',
        route: flagRoute(call, flag),
        body: bodyWith({}),
        ...(kind === 'archive' && { confirmed: bodyWith({ confirm: flag }) }),
        did: `${kind}d ${flag}`,
        undo: `flags ${kind === 'archive' ? 'unarchive' : 'archive'} ${flag}`,
      });
    },
  };
}
