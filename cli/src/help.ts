import { type Command, type Options, optionsOf, usageOf } from './command.ts';
import { EXIT_CODES } from './failure.ts';

const EXITS: Readonly<Record<keyof typeof EXIT_CODES, string>> = {
  done: 'done',
  failed: 'failed',
  usage: 'wrong use, or drift found',
  'not-signed-in': 'not signed in',
  refused: 'refused by policy, an approval is needed, or not now',
  'timed-out': 'timed out waiting for SDKs or a rollout',
};

export function overview(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  const exits = Object.entries(EXIT_CODES).map(([exit, code]) => `${code} ${EXITS[exit as keyof typeof EXITS]}`);
  return [
    `glidepath ${version}: feature flags from the terminal and from pipelines`,
    '',
    ...lines,
    '',
    '`glidepath COMMAND --help` explains one.',
    `Exit codes: ${exits.join(' · ')}.`,
    '',
  ].join('\n');
}

export function helpFor(command: Command): string {
  const args = command.arguments.map(({ name, summary }) => [name, summary] as const);
  return [
    `${usageOf(command)}`,
    '',
    `  ${command.summary}`,
    '',
    ...columns([...args, ...optionRows(optionsOf(command))]),
    '',
    `  ${command.example}`,
    '',
  ].join('\n');
}

/** The same for programs. */
export function described(command: Command): object {
  const { name, summary, example, arguments: args } = command;
  const options = Object.entries(optionsOf(command)).map(([option, { value, summary: what }]) => ({
    name: option,
    ...(value !== undefined && { value }),
    summary: what,
  }));
  return { name, usage: usageOf(command), summary, example, arguments: args.map((one) => one.name), options };
}

function optionRows(options: Options): readonly (readonly [string, string])[] {
  return Object.entries(options).map(([name, { value, summary }]) => [spelled(name, value), summary]);
}

const spelled = (name: string, value: string | undefined): string =>
  value === undefined ? `--${name}` : `--${name} ${value}`;

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
}

/** The reference of the documentation: all commands in Markdown. */
export function reference(commands: readonly Command[]): string {
  return commands.map(section).join('\n');
}

function section(command: Command): string {
  const own = { ...command.options };
  const rows = [...command.arguments.map(({ name, summary }) => [name, summary] as const), ...optionRows(own)].map(
    ([name, summary]) => `- \`${name}\`: ${summary}`,
  );
  const places = Object.keys(optionsOf(command))
    .filter((name) => !Object.hasOwn(own, name) && name !== 'json' && name !== 'jq' && name !== 'help')
    .map((name) => `\`--${name}\``);
  return [
    `### ${command.name}`,
    '',
    `${command.summary[0]?.toUpperCase()}${command.summary.slice(1)}.`,
    '',
    '```sh',
    command.example,
    '```',
    '',
    ...rows,
    ...(rows.length > 0 ? [''] : []),
    ...(places.length > 0 ? [`Also ${places.join(', ')}.`, ''] : []),
  ].join('\n');
}
