import { parseArgs } from 'node:util';
import { type Command, optionsOf } from './command.ts';
import { usage } from './failure.ts';

/** How a program wants the answer. */
export interface JsonWish {
  /** Null: the whole document. */
  readonly fields: readonly string[] | null;
  /** A filter in the language of jq, for what is printed; null = none. */
  readonly jq: string | null;
}

/** What a command line asks for. */
export interface Parsed {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly arguments: readonly string[];
}

/** `--json` may bring fields and may come alone, which `parseArgs` does not know; `--jq` is for every command. */
export function takeJson(argv: readonly string[]): {
  readonly json: JsonWish | null;
  readonly rest: readonly string[];
} {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const rest: string[] = [];
  let fields: readonly string[] | undefined;
  let jq: string | null = null;
  for (let index = 0; index < options.length; index += 1) {
    const word = options[index] as string;
    if (/^--json(=|$)/.test(word)) fields = word.slice('--json='.length).split(',').filter(Boolean);
    else if (word.startsWith('--jq=')) jq = word.slice('--jq='.length);
    else if (word === '--jq') {
      index += 1;
      jq = options[index] ?? '';
    } else rest.push(word);
  }
  rest.push(...argv.slice(options.length));
  if (fields === undefined && jq === null) return { json: null, rest };
  return { json: { fields: fields === undefined || fields.length === 0 ? null : fields, jq }, rest };
}

/** Finds the command that the first words name; null where they name none. */
export function commandIn(commands: readonly Command[], words: readonly string[]): Command | null {
  return commands.find(({ name }) => name.split(' ').every((word, index) => words[index] === word)) ?? null;
}

export function parseFor(command: Command, argv: readonly string[]): Parsed {
  const options = Object.entries(optionsOf(command)).map(
    ([name, { value, isRepeatable }]) =>
      [
        name,
        { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: isRepeatable === true },
      ] as const,
  );
  try {
    const args = argv.slice(command.name.split(' ').length);
    const parsed = parseArgs({ args, options: Object.fromEntries(options), allowPositionals: true });
    return { values: parsed.values as Parsed['values'], arguments: argumentsOf(command, parsed.positionals) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const [what = error.message] = error.message.split('. To specify');
    throw usage(`${what.replace(/\.$/, '')}.`, `See \`glidepath ${command.name} --help\`.`);
  }
}

function argumentsOf(command: Command, given: readonly string[]): readonly string[] {
  const missing = command.arguments.find(({ isOptional }, index) => !isOptional && given[index] === undefined);
  if (missing !== undefined)
    throw usage(`${missing.name} is missing: ${missing.summary}.`, `Such as \`${command.example}\`.`);
  const surplus = command.arguments.at(-1)?.isRepeatable ? undefined : given[command.arguments.length];
  if (surplus !== undefined) throw usage(`\`${surplus}\` is one word too many.`, `Such as \`${command.example}\`.`);
  return given;
}

/** The candidate that is closest to a word with a slip of the pen; null where none is close. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.candidate : null;
}

function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + Number(letter !== other)));
    row = next;
  }
  return row[b.length] ?? 0;
}
