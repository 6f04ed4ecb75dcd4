import type { ExplainedClause, ExplainedRollout, ExplainedStep } from '@glidepath/core/explain';
import type { EvaluationView } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import type { Command } from '../command.ts';
import { usage } from '../failure.ts';
import { type Paint, paintFor, tame } from '../paint.ts';
import { configRoute } from '../paths.ts';

export const explain: Command = {
  name: 'explain',
  summary: 'says what somebody gets and why: every rule, match and bucket, from the real evaluator',
  place: 'environment',
  writes: false,
  isData: true,
  arguments: [{ name: 'KEY', summary: 'key of the flag', completes: 'flags' }],
  options: {
    context: { value: 'JSON', summary: 'for whom: JSON, `@file`, or `-` for stdin' },
    revision: { value: 'REVISION', summary: 'as the flag was at an earlier revision' },
  },
  example: `glidepath explain new-checkout --env production --context '{"key":"u-42","country":"DE"}'`,
  async run(call) {
    const revision = call.text('revision');
    if (revision !== undefined && !/^[1-9]\d{0,8}$/.test(revision)) throw usage('--revision takes a number.');
    const body = {
      context: await contextOf(call),
      ...(revision !== undefined && { revision: Number(revision) }),
    };
    const route = `${configRoute(call, call.argument(0))}/evaluate`;
    const evaluation = await call.api().send<EvaluationView>('POST', route, { body });
    const paint = paintFor(call.outside, call.outside.stdout);
    return { document: evaluation, text: `${tell(evaluation, paint).join('\n')}\n` };
  },
};

async function contextOf({ text, outside }: Call): Promise<unknown> {
  const given = text('context');
  if (given === undefined) throw usage('For whom?', `Pass --context, such as --context '{"key":"u-42"}'.`);
  const written = await read(given, outside);
  try {
    return JSON.parse(written);
  } catch (error) {
    throw usage(`The context is not JSON: ${(error as Error).message}.`);
  }
}

async function read(given: string, { stdin, files }: Call['outside']): Promise<string> {
  if (given === '-') return stdin.readAll();
  if (!given.startsWith('@')) return given;
  const text = files.read(given.slice(1));
  if (text === null) throw usage(`There is no file ${given.slice(1)}.`);
  return text;
}

function tell({ flag, value, variation, reason, trace }: EvaluationView, paint: Paint): readonly string[] {
  const { kind } = reason as { readonly kind: string };
  const served = variation === null ? 'no variation' : `variation ${variation}`;
  const head = `${flag} = ${JSON.stringify(value)} (${served}, ${kind})`;
  return [paint(tame(head), 'strong'), ...trace.flatMap((step) => stepLines(step, paint, '  '))];
}

function stepLines(step: ExplainedStep, paint: Paint, indent: string): readonly string[] {
  const line = `${indent}${markOf(step, paint)} ${tame(step.step)}: ${tame(step.why)}`;
  if (!step.evaluated) return [paint(line, 'faint')];
  return [line, ...detailsOf(step, paint, `${indent}    `)];
}

function markOf({ matched, evaluated }: ExplainedStep, paint: Paint): string {
  if (!evaluated) return '·';
  return matched ? paint('✓', 'good') : paint('✗', 'bad');
}

function detailsOf(step: ExplainedStep, paint: Paint, indent: string): readonly string[] {
  switch (step.kind) {
    case 'rule':
      return [...step.clauses.map((clause) => clauseLine(clause, indent)), ...rolloutLines(step.rollout, indent)];
    case 'fallthrough':
      return rolloutLines(step.rollout, indent);
    case 'prerequisite':
      return step.steps.flatMap((one) => stepLines(one, paint, indent));
    case 'target':
    case 'killed':
    case 'on':
    case 'error':
      return [];
    default:
      return step satisfies never;
  }
}

function clauseLine({ why, matched }: ExplainedClause, indent: string): string {
  return `${indent}${matched ? '✓' : '✗'} ${tame(why)}`;
}

function rolloutLines(rollout: ExplainedRollout | null | undefined, indent: string): readonly string[] {
  if (rollout === undefined) return [];
  if (rollout === null) return [`${indent}bucket: none, for the context has no such key`];
  const { bucket, contextKind, attribute, salt, from, to } = rollout;
  return [
    tame(
      `${indent}bucket ${bucket} of 100000 by ${contextKind}.${attribute}, salt ${salt}: in the range ${from} to ${to - 1}`,
    ),
  ];
}
