import { type Command, optionsOf } from './command.ts';
import { commandIn } from './parse.ts';

/** Asks the command itself, so that a new command needs no new script. */
const SCRIPTS = {
  bash: `_glidepath() {
  local IFS=$'\\n'
  COMPREPLY=($(glidepath complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _glidepath glidepath
`,
  zsh: `#compdef glidepath
_glidepath() {
  local -a found
  found=("\${(@f)$(glidepath complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
compdef _glidepath glidepath
`,
  fish: `complete -c glidepath -f -a '(glidepath complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
} as const;

export type Shell = keyof typeof SCRIPTS;
export const SHELLS = Object.keys(SCRIPTS) as readonly Shell[];
export const scriptFor = (shell: Shell): string => SCRIPTS[shell];

/** What only the service knows. */
export type Kind = 'flags' | 'environments';

/** What may stand where the last of these words stands. */
export function candidatesFor(commands: readonly Command[], words: readonly string[]): readonly string[] | Kind {
  const prefix = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const command = commandIn(commands, before);
  if (command === null) return nextWords(commands, before);
  const options = optionsOf(command);
  const previous = before.at(-1)?.replace(/^--/, '') ?? '';
  const open = before.at(-1)?.startsWith('--') && Object.hasOwn(options, previous) ? options[previous] : undefined;
  if (open?.value !== undefined) return open.completes ?? [];
  if (prefix.startsWith('-')) return Object.keys(options).map((name) => `--${name}`);
  return command.arguments[argumentsBefore(command, before)]?.completes ?? [];
}

function nextWords(commands: readonly Command[], before: readonly string[]): readonly string[] {
  const fitting = commands
    .map(({ name }) => name.split(' '))
    .filter((words) => before.every((word, index) => words[index] === word));
  return [...new Set(fitting.flatMap((words) => words[before.length] ?? []))];
}

function argumentsBefore(command: Command, words: readonly string[]): number {
  const options = optionsOf(command);
  const takesNext = (word: string | undefined) =>
    word?.startsWith('--') === true && !word.includes('=') && options[word.slice(2)]?.value !== undefined;
  const own = words.slice(command.name.split(' ').length);
  return own.filter((word, index) => !word.startsWith('-') && !takesNext(own[index - 1])).length;
}
