import { Failure, usage } from './failure.ts';

/** What a filter makes of a document: one result per line, texts without their quotes. */
export type JqFilter = (document: unknown) => string;

/** Reads a filter, before the command does anything: what is wrong in it must not show only after a change was made. */
export async function readJq(filter: string): Promise<JqFilter> {
  if (filter.trim() === '') throw usage('--jq takes a filter.', "Such as --jq '.[].key'.");
  // The whole of jq, a megabyte of WebAssembly: only those wait for it who ask for it.
  const { loadJq, JqError } = await import('jq-wasm/inline');
  const jq = await loadJq();
  // Without any input it is compiled, and not run.
  const program = programOf(filter);
  const compiled = jq.raw('', program);
  if (compiled.exitCode !== 0) throw usage(`--jq: ${faultIn(compiled.stderr)}`, 'See https://jqlang.org/manual/.');
  return (document) => {
    try {
      return jq
        .json(JSON.stringify(document), program)
        .map((result) => `${lineOf(result)}\n`)
        .join('');
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      throw new Failure('failed', 'jq', `--jq: ${faultIn(error.stderr)}`, 'The command itself was carried out.');
    }
  };
}

/** With a space in front, because jq takes a first word that begins with a dash for an option: `-length` would be one. */
const programOf = (filter: string): string => (filter.startsWith('-') ? ` ${filter}` : filter);

const lineOf = (result: unknown): string => (typeof result === 'string' ? result : JSON.stringify(result, null, 2));

const faultIn = (stderr: string): string =>
  stderr
    .replace(/^jq: error(?: \([^)]*\))*: /, '')
    .replace(/\njq: \d+ compile errors?$/, '')
    .trim();
