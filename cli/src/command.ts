import type { Call } from './call.ts';
import type { Exit } from './failure.ts';

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: true;
  /** Of the last one: as many as one likes. */
  readonly isRepeatable?: true;
  readonly completes?: readonly string[] | 'flags';
}

export interface Option {
  readonly summary: string;
  /** What stands for its value in the help; absent = yes or no. */
  readonly value?: string;
  readonly isRepeatable?: true;
  readonly completes?: readonly string[] | 'environments';
}

export type Options = Readonly<Record<string, Option>>;

/** Where a command acts; each place takes the options of those before it. */
export type Place = 'nowhere' | 'service' | 'project' | 'environment';

export interface Command {
  /** One or two words. */
  readonly name: string;
  readonly summary: string;
  readonly place: Place;
  readonly writes: boolean;
  readonly arguments: readonly Argument[];
  readonly options: Options;
  /** JSON by itself wherever stdout is no terminal. */
  readonly isData?: true;
  readonly example: string;
  run(call: Call): Promise<Outcome>;
}

export interface Outcome {
  /** What `--json` prints: one document. */
  readonly document: unknown;
  /** What people read, with its line ends. */
  readonly text: string;
  readonly exit?: Exit;
}

const EVERYWHERE: Options = {
  json: { summary: 'print exactly one JSON document; `--json=key,name` only these fields' },
  jq: { value: 'FILTER', summary: 'print what this filter of jq makes of the document, texts without quotes' },
  help: { summary: 'explain the command' },
};

const PLACES: Readonly<Record<Exclude<Place, 'nowhere'>, Options>> = {
  service: { url: { value: 'URL', summary: 'address of the service (GLIDEPATH_URL, or `url` of the configuration)' } },
  project: {
    project: {
      value: 'KEY',
      summary: 'project (GLIDEPATH_PROJECT, or `project` of the configuration; else `default`)',
    },
  },
  environment: {
    env: {
      value: 'KEY',
      summary: 'environment (GLIDEPATH_ENV, or `environment` of the configuration)',
      completes: 'environments',
    },
  },
};

const WRITES: Options = {
  reason: { value: 'TEXT', summary: 'why; kept in the audit log, needed in critical environments' },
  'dry-run': { summary: 'say what would change, write nothing' },
  yes: { summary: 'answer every question with yes' },
};

const REACH: readonly Place[] = ['service', 'project', 'environment'];

/** All options of a command: its own, then those of its place and of every command. */
export function optionsOf({ options, place, writes }: Pick<Command, 'options' | 'place' | 'writes'>): Options {
  const reached = REACH.slice(0, REACH.indexOf(place) + 1) as Exclude<Place, 'nowhere'>[];
  return Object.assign({}, options, writes ? WRITES : {}, ...reached.map((one) => PLACES[one]), EVERYWHERE);
}

/** Such as `glidepath revert KEY --to REVISION`, without options that may be left out. */
export function usageOf(command: Command): string {
  const words = command.arguments.map(({ name, isOptional, isRepeatable }) => {
    const word = isRepeatable ? `${name}…` : name;
    return isOptional ? `[${word}]` : word;
  });
  return ['glidepath', command.name, ...words, '[options]'].join(' ');
}
