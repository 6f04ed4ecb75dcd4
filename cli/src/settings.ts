import path from 'node:path';
import type { Config as ConfigFile } from './config.ts';
import { LiteralFault, literalIn } from './config-literal.ts';
import { usage } from './failure.ts';
import type { Outside } from './outside.ts';

const CONFIG_FILES = ['glidepath.config.ts', 'glidepath.config.json'] as const;

interface Field {
  /** After `must be`. */
  readonly what: string;
  readonly isValid: (value: unknown) => boolean;
}

const TEXT: Field = { what: 'a text, and not empty', isValid: (value) => typeof value === 'string' && value !== '' };
const YES_NO: Field = { what: 'true or false', isValid: (value) => typeof value === 'boolean' };
const SDKS: Field = {
  what: 'a list of "node" and "browser"',
  isValid: (value) => Array.isArray(value) && value.every((one) => one === 'node' || one === 'browser'),
};
const OBJECT: Field = {
  what: 'an object',
  isValid: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

const TEXTS: Field = {
  what: 'a list of texts',
  isValid: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};
const BUDGET: Field = {
  what: 'an object of whole numbers',
  isValid: (value) =>
    OBJECT.isValid(value) && Object.values(value as object).every((one) => Number.isInteger(one) && one >= 0),
};
const WRAPPERS: Field = {
  what: 'a list of objects with `name`, and perhaps `key` and `fallback`: positions or names',
  isValid: (value) => Array.isArray(value) && value.every(isWrapper),
};

const FIELDS: Readonly<Record<string, Field>> = {
  url: TEXT,
  project: TEXT,
  environment: TEXT,
  typegen: OBJECT,
  scan: OBJECT,
};
const SCAN_FIELDS: Readonly<Record<string, Field>> = {
  include: TEXTS,
  exclude: TEXTS,
  wrappers: WRAPPERS,
  budget: BUDGET,
  repository: TEXT,
};
const TYPEGEN_FIELDS: Readonly<Record<string, Field>> = { output: TEXT, refs: YES_NO, context: YES_NO, sdk: SDKS };

/** The configuration of a repository. */
export interface Config {
  /** Null where there is none. */
  readonly file: string | null;
  /** Where it lies, or where it would. */
  readonly folder: string;
  readonly content: ConfigFile;
}

/** Of this folder or the nearest above. */
export function readConfig({ folder, files }: Pick<Outside, 'folder' | 'files'>): Config {
  for (let here = folder; ; here = path.dirname(here)) {
    const found = CONFIG_FILES.flatMap((name) => {
      const file = path.join(here, name);
      const text = files.read(file);
      return text === null ? [] : [{ file, text }];
    });
    const [first, second] = found;
    if (second !== undefined) throw usage(`There are ${CONFIG_FILES.join(' and ')} in ${here}.`, 'Keep one of them.');
    if (first !== undefined) return { file: first.file, folder: here, content: checked(first.file, first.text) };
    if (path.dirname(here) === here) return { file: null, folder, content: {} };
  }
}

function checked(file: string, text: string): ConfigFile {
  const content = parsed(file, text);
  checkOne(file, 'the file', content, OBJECT);
  // Editors complete by `$schema`.
  const { $schema: _, ...settings } = content as ConfigFile & { readonly $schema?: unknown };
  checkFields(file, '', settings, FIELDS);
  checkFields(file, 'typegen.', settings.typegen ?? {}, TYPEGEN_FIELDS);
  checkFields(file, 'scan.', settings.scan ?? {}, SCAN_FIELDS);
  return settings;
}

function isWrapper(value: unknown): boolean {
  if (!OBJECT.isValid(value)) return false;
  const { name, key, fallback, ...more } = value as Readonly<Record<string, unknown>>;
  return TEXT.isValid(name) && isPosition(key) && isPosition(fallback) && Object.keys(more).length === 0;
}

const isPosition = (value: unknown): boolean =>
  value === undefined || (Number.isInteger(value) && (value as number) >= 0) || TEXT.isValid(value);

function parsed(file: string, text: string): unknown {
  const isJson = file.endsWith('.json');
  try {
    return isJson ? JSON.parse(text) : literalIn(text);
  } catch (error) {
    if (error instanceof LiteralFault)
      throw usage(
        `${file}:${error.line}: ${error.message}.`,
        'It is read and never run: only texts, numbers, true, false, null, lists and objects may stand there.',
      );
    throw usage(`${file} is no JSON: ${(error as Error).message}.`);
  }
}

function checkFields(file: string, prefix: string, given: object, fields: Readonly<Record<string, Field>>): void {
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (field === undefined)
      throw usage(`${file}: there is no setting \`${prefix}${name}\`.`, `There are ${Object.keys(fields).join(', ')}.`);
    checkOne(file, `\`${prefix}${name}\``, value, field);
  }
}

function checkOne(file: string, name: string, value: unknown, { what, isValid }: Field): void {
  if (!isValid(value)) throw usage(`${file}: ${name} must be ${what}.`);
}
