import path from 'node:path';
import type { Call } from '../call.ts';
import type { Options } from '../command.ts';
import { durationMs } from '../duration.ts';
import { usage } from '../failure.ts';

/** How a release plan is written on a command line. */

const TEMPLATES = ['standard', 'quick', 'canary', 'employees-first', 'big-bang'] as const;
const ON_FAILURE = ['roll-back', 'pause'] as const;
/** Those that need no settings; the others are for `--plan`. */
const GATES = ['error-rate', 'latency', 'fleet', 'incident'] as const;
const USUAL_BAKE = '10m';
const MINUTE_MS = 60_000;

export const PLAN_OPTIONS: Options = {
  variation: { value: 'KEY', summary: 'what is released; the other one if the flag has two' },
  control: { value: 'KEY', summary: 'what it is compared with; what most have now if absent' },
  template: {
    value: 'NAME',
    summary: `a plan that is built in (${TEMPLATES.join(', ')}) or saved; if absent the flag's own plan there, else \`standard\``,
    completes: TEMPLATES,
  },
  segment: { value: 'KEY', summary: 'whom a template that begins with a segment begins with' },
  stages: { value: 'PERCENTS', summary: 'in place of a template: such as 1,5,25,50,100' },
  bake: { value: 'TIMES', summary: `how long each of them stays: 10m, or one for each; ${USUAL_BAKE} if absent` },
  gate: {
    value: 'KINDS',
    summary: `what rolls it back: ${GATES.join(', ')}, or none; error rate and latency if absent`,
    completes: [...GATES, 'none'],
  },
  'on-failure': { value: 'WHAT', summary: 'roll-back (if absent) or pause', completes: ON_FAILURE },
  when: {
    value: 'WHEN',
    summary: 'now (if absent), a time such as 2026-03-01T12:00Z, or a deploy such as shop>=2.4.0 on all instances',
  },
  plan: { value: 'FILE', summary: 'a plan as JSON, as the API takes it, or `-` for stdin; options come before it' },
};

type Plan = Readonly<Record<string, unknown>>;

/** What a start sends. */
export async function startBodyOf(call: Call): Promise<{ readonly plan: Plan; readonly begin: boolean }> {
  const written = await planIn(call);
  const start = startOf(call.text('when')) ?? written['start'];
  const plan: Plan = {
    ...written,
    ...present('variation', call.text('variation')),
    ...present('control', call.text('control')),
    ...present('template', call.text('template')),
    ...present('segment', call.text('segment')),
    ...present('stages', stagesOf(call)),
    ...present('gates', gatesOf(call.text('gate'))),
    ...present('onFailure', onFailureOf(call.text('on-failure'))),
    ...present('start', start),
  };
  const isByHand = start === undefined || (start as { readonly kind?: unknown }).kind === 'manual';
  return { plan, begin: isByHand };
}

function present(name: string, value: unknown): Plan {
  return value === undefined ? {} : { [name]: value };
}

async function planIn({ text, outside }: Call): Promise<Plan> {
  const file = text('plan');
  if (file === undefined) return {};
  const content = file === '-' ? await outside.stdin.readAll() : outside.files.read(path.resolve(outside.folder, file));
  if (content === null) throw usage(`There is no file ${file}.`);
  const plan = parsed(content);
  if (typeof plan !== 'object' || plan === null || Array.isArray(plan))
    throw usage(`${file === '-' ? 'stdin' : file} holds no plan.`, 'It is a JSON object, as the API takes it.');
  return plan as Plan;
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return null;
  }
}

function stagesOf(call: Call): readonly object[] | undefined {
  const [stages, bake] = [call.text('stages'), call.text('bake')];
  if (stages === undefined) {
    if (bake !== undefined) throw usage('--bake says how long each of --stages stays.', 'Pass --stages too.');
    return undefined;
  }
  if (call.text('template') !== undefined) throw usage('Either --template or --stages says which stages there are.');
  const percents = stages.split(',').map((part) => percentIn(part.trim()));
  const bakes = (bake ?? USUAL_BAKE).split(',').map((part) => durationMs(part, 'bake') / MINUTE_MS);
  if (bakes.length !== 1 && bakes.length !== percents.length)
    throw usage(`There are ${percents.length} stages and ${bakes.length} times.`, 'Pass one for all, or one for each.');
  return percents.map((percent, index) => ({ kind: 'percent', percent, bakeMinutes: bakes[index] ?? bakes[0] }));
}

function percentIn(word: string): number {
  const percent = /^\d{1,3}(\.\d{1,3})?%?$/.test(word) ? Number.parseFloat(word) : Number.NaN;
  if (!(percent > 0 && percent <= 100)) throw usage(`\`${word}\` is no percentage.`, 'Such as --stages 1,5,25,50,100.');
  return percent;
}

function gatesOf(kinds: string | undefined): readonly object[] | undefined {
  if (kinds === undefined) return undefined;
  if (kinds === 'none') return [];
  return kinds.split(',').map((word) => {
    const kind = oneIn(GATES, word.trim(), 'gate', 'The others need settings: write them in a file for --plan.');
    return { id: kind, kind };
  });
}

function onFailureOf(word: string | undefined): string | undefined {
  return word === undefined ? undefined : oneIn(ON_FAILURE, word, 'on-failure', null);
}

function oneIn(words: readonly string[], word: string, option: string, mend: string | null): string {
  if (words.includes(word)) return word;
  throw usage(`--${option} takes ${words.join(', ')}, not \`${word}\`.`, mend);
}

function startOf(when: string | undefined): object | undefined {
  if (when === undefined) return undefined;
  if (when === 'now') return { kind: 'manual' };
  const [, service, minVersion] = /^\s*(\S(?:.*\S)?)\s*>=\s*(\S+)\s*$/.exec(when) ?? [];
  if (service !== undefined && minVersion !== undefined) return { kind: 'deploy', service, minVersion };
  const at = /^\d{4}-\d{2}-\d{2}T/.test(when) ? Date.parse(when) : Number.NaN;
  if (Number.isNaN(at))
    throw usage(`--when takes now, a time such as 2026-03-01T12:00Z, or SERVICE>=VERSION, not \`${when}\`.`);
  return { kind: 'at', at: new Date(at).toISOString() };
}
