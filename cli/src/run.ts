import { type Call, newCall } from './call.ts';
import type { Command, Outcome } from './command.ts';
import { COMMANDS } from './commands.ts';
import { candidatesFor, type Kind } from './completion.ts';
import { EXIT_CODES, Failure, usage } from './failure.ts';
import { described, helpFor, overview } from './help.ts';
import { type JqFilter, readJq } from './jq.ts';
import { environmentKeyList, flagKeyList } from './known-keys.ts';
import type { Outside } from './outside.ts';
import { paintFor, tame, tameJson } from './paint.ts';
import { commandIn, type JsonWish, nearest, parseFor, takeJson } from './parse.ts';

/** Does what the command line asks for; answers the exit code. */
export async function run(outside: Outside): Promise<number> {
  if (outside.argv[0] === 'complete') return complete(outside);
  const { json, rest } = takeJson(outside.argv);
  try {
    const said = await answer(outside, rest, json);
    outside.stdout.write(said.text);
    return EXIT_CODES[said.exit ?? 'done'];
  } catch (error) {
    const failure = error instanceof Failure ? error : bugOf(error);
    tellFailure(outside, failure, json);
    return EXIT_CODES[failure.exit];
  }
}

/** Whoever reads our output needs a document even of what nobody has thought of. */
function bugOf(error: unknown): Failure {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new Failure('failed', 'bug', `Something went wrong that should not: ${what}`, 'Please report it.');
}

async function answer(
  outside: Outside,
  words: readonly string[],
  json: JsonWish | null,
): Promise<Pick<Outcome, 'text' | 'exit'>> {
  const explaining = (text: string, document: unknown) => ({ text: json === null ? text : jsonOf(document) });
  const asksHelp = words.some((word) => word === '--help' || word === '-h');
  const command = commandIn(COMMANDS, words);
  if (command === null) {
    if (words[0] === '--version') return explaining(`${outside.version}\n`, { version: outside.version });
    const named = words.filter((word) => !word.startsWith('-'));
    if (named.length === 0)
      return explaining(overview(COMMANDS, outside.version), { commands: COMMANDS.map(described) });
    const family = COMMANDS.filter(({ name }) => name.startsWith(`${named[0]} `));
    if (family.length > 0 && named.length === 1) {
      if (asksHelp) return explaining(family.map(helpFor).join('\n'), { commands: family.map(described) });
      const verbs = family.map(({ name }) => name.split(' ')[1]).join(', ');
      throw usage(`\`${named[0]}\` needs a verb.`, `There are ${verbs}.`);
    }
    throw unknownCommand(named);
  }
  if (asksHelp) return explaining(helpFor(command), described(command));
  const call = newCall(outside, command, parseFor(command, words), json);
  const filter = json === null || json.jq === null ? null : await readJq(json.jq);
  const outcome = await command.run(call);
  const text = printed(call, outcome, filter);
  return outcome.exit === undefined ? { text } : { text, exit: outcome.exit };
}

function printed({ json, command, outside }: Call, { document, text }: Outcome, filter: JqFilter | null): string {
  const isJson = json !== null || (command.isData === true && !outside.stdout.isTerminal);
  if (!isJson) return text;
  const shown = json?.fields ? picked(document, json.fields) : document;
  if (filter === null) return jsonOf(shown);
  return outside.stdout.isTerminal ? tame(filter(shown)) : filter(shown);
}

const jsonOf = (document: unknown): string => `${tameJson(JSON.stringify(document, null, 2))}\n`;

function picked(document: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(document)) return document.map((one) => picked(one, fields));
  const all = document as Readonly<Record<string, unknown>>;
  const unknown = fields.find((field) => !Object.hasOwn(all, field));
  if (unknown !== undefined)
    throw usage(`There is no field \`${unknown}\`.`, `There are ${Object.keys(all).join(', ')}.`);
  return Object.fromEntries(fields.map((field) => [field, all[field]]));
}

function unknownCommand(words: readonly string[]): Failure {
  const word = words.join(' ');
  const names = COMMANDS.map(({ name }) => name);
  const meant = nearest(words.slice(0, 2).join(' '), names) ?? nearest(words[0] ?? '', names);
  const mend = meant === null ? 'See `glidepath --help`.' : `Did you mean \`glidepath ${meant}\`?`;
  return usage(`There is no command \`${word}\`.`, mend);
}

function tellFailure(outside: Outside, { exit, code, message, mend }: Failure, json: JsonWish | null): void {
  // What a filter makes of answers is for a variable or a file, where a failure has no place.
  if (json !== null && json.jq === null) {
    const error = { code, message, ...(mend !== null && { mend }), exit: EXIT_CODES[exit] };
    outside.stdout.write(jsonOf({ error }));
  }
  const paint = paintFor(outside, outside.stderr);
  outside.stderr.write(`${paint('✗', 'bad')} ${tame(message)}\n${mend === null ? '' : `  ${tame(mend)}\n`}`);
}

/** Called by the scripts of shells: a candidate per line, and never an error in the middle of somebody's typing. */
async function complete(outside: Outside): Promise<number> {
  const words = outside.argv.slice(outside.argv[1] === '--' ? 2 : 1);
  const found = candidatesFor(COMMANDS, words);
  const candidates = typeof found === 'string' ? await keysOf(outside, found, words) : found;
  const prefix = words.at(-1) ?? '';
  outside.stdout.write(
    candidates
      .filter((candidate) => candidate.startsWith(prefix))
      .map((candidate) => `${candidate}\n`)
      .join(''),
  );
  return EXIT_CODES.done;
}

async function keysOf(outside: Outside, kind: Kind, words: readonly string[]): Promise<readonly string[]> {
  const command = commandIn(COMMANDS, words) as Command;
  try {
    const call = newCall(outside, command, placeIn(words), null);
    return await (kind === 'flags' ? flagKeyList(call) : environmentKeyList(call));
  } catch {
    return [];
  }
}

/** The options of a half-written line that say where it acts. */
function placeIn(words: readonly string[]): { values: Record<string, string>; arguments: readonly string[] } {
  const values = Object.fromEntries(
    ['url', 'project', 'env'].flatMap((name) => {
      const index = words.indexOf(`--${name}`);
      const value = index < 0 || index + 1 >= words.length - 1 ? undefined : words[index + 1];
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
  return { values, arguments: [] };
}
