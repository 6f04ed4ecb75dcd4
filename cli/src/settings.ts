import path from 'node:path';
import { usage } from './failure.ts';
import type { Outside } from './outside.ts';

export const CONFIG_FILE = 'glidepath.config.json';

/** `glidepath.config.json`: what a repository says once for everybody who works in it. No secrets. */
export interface ConfigFile {
  readonly url?: string;
  readonly project?: string;
  readonly environment?: string;
  readonly typegen?: {
    /** Relative to the file. */
    readonly output?: string;
    readonly refs?: boolean;
    readonly context?: boolean;
    readonly sdk?: readonly ('node' | 'browser')[];
  };
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isYesNo: Check = (value) => typeof value === 'boolean';
const isSdks: Check = (value) => Array.isArray(value) && value.every((one) => one === 'node' || one === 'browser');

const FIELDS: Readonly<Record<string, Check>> = { url: isText, project: isText, environment: isText };
const TYPEGEN_FIELDS: Readonly<Record<string, Check>> = {
  output: isText,
  refs: isYesNo,
  context: isYesNo,
  sdk: isSdks,
};

export interface Config {
  /** Where it lies, or where it would. */
  readonly folder: string;
  readonly content: ConfigFile;
}

/** Of this folder or the nearest above. */
export function readConfig({ folder, files }: Pick<Outside, 'folder' | 'files'>): Config {
  for (let here = folder; ; here = path.dirname(here)) {
    const file = path.join(here, CONFIG_FILE);
    const text = files.read(file);
    if (text !== null) return { folder: here, content: checked(file, text) };
    if (path.dirname(here) === here) return { folder, content: {} };
  }
}

function checked(file: string, text: string): ConfigFile {
  const content = parsed(file, text);
  const { typegen = {}, ...rest } = content as { readonly typegen?: unknown };
  checkFields(file, '', rest, FIELDS);
  checkFields(file, 'typegen.', typegen, TYPEGEN_FIELDS);
  return content as ConfigFile;
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is no JSON: ${(error as Error).message}.`);
  }
}

function checkFields(file: string, prefix: string, value: unknown, fields: Readonly<Record<string, Check>>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw usage(`${file}: \`${prefix.replace(/\.$/, '') || 'the file'}\` must be an object.`);
  for (const [name, one] of Object.entries(value)) {
    // Editors complete by it.
    if (prefix === '' && name === '$schema') continue;
    const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (check === undefined)
      throw usage(`${file}: there is no setting \`${prefix}${name}\`.`, `There are ${Object.keys(fields).join(', ')}.`);
    if (!check(one)) throw usage(`${file}: \`${prefix}${name}\` has a value that it cannot have.`);
  }
}
