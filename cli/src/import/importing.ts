import path from 'node:path';
import type { Call } from '../call.ts';
import type { Outcome } from '../command.ts';
import { Failure, usage } from '../failure.ts';
import { paintFor } from '../paint.ts';
import { contextsIn, documentIn } from './documents-in.ts';
import { type EnvironmentNames, type Export, type Imported, type System, Untranslatable } from './imported.ts';
import { send } from './sending.ts';
import { settled } from './settle.ts';
import { SYSTEMS } from './systems.ts';
import { dealtAnew, linesFor } from './tell.ts';
import { type Verified, verify } from './verify.ts';
import { filesFor } from './written.ts';

/** Reads an export, makes definitions of it, and writes or sends them as far as it was asked to. */
export async function importInto(call: Call): Promise<Outcome> {
  const name = call.argument(0);
  const system = systemCalled(name);
  const given = read(system, await documentsOf(call));
  const names = namesFor(call, given);
  const imported = settled(given.translate(names), [...names.values()]);
  const verified = verifiedBy(call, given, imported, names);
  const isDry = call.has('dry-run');
  // Whoever sends it, and names no folder, wants no files.
  const files = call.has('apply') && call.text('out') === undefined ? [] : filesFor(call, imported);
  if (!isDry) for (const { file, text } of files) call.outside.files.write(file, text);
  const isUnexplained = verified !== null && verified.unexplained > 0;
  const applied = call.has('apply') && !isUnexplained ? await send(call, imported, names) : null;
  const written = files.map(({ shown }) => shown);
  const paint = paintFor(call.outside, call.outside.stdout);
  const sent = call.has('apply') && isUnexplained ? [NOTHING_SENT] : (applied?.lines ?? []);
  const lines = [...linesFor({ system, imported, verified, written, isDry }, paint), ...sent];
  return {
    document: {
      system: name,
      dryRun: isDry,
      environments: Object.fromEntries(names),
      flags: imported.flags.length,
      segments: imported.segments.length,
      dealtAnew: dealtAnew(imported),
      notes: imported.notes,
      written,
      ...(verified !== null && { verified }),
      ...(applied !== null && { applied: applied.document }),
    },
    text: lines.map((line) => `${line}\n`).join(''),
    exit: isUnexplained ? 'usage' : 'done',
  };
}

const NOTHING_SENT =
  'Nothing was sent: people would get other values, and it is not known why. Whoever wants that all the same leaves out --verify.';

function systemCalled(name: string): System {
  if (Object.hasOwn(SYSTEMS, name)) return SYSTEMS[name as keyof typeof SYSTEMS];
  throw usage(`Nothing is known of \`${name}\`.`, `It is one of ${Object.keys(SYSTEMS).join(', ')}.`);
}

async function documentsOf(call: Call): Promise<readonly unknown[]> {
  const names: string[] = [];
  for (let index = 1; ; index += 1) {
    const name = call.optionalArgument(index);
    if (name === undefined) break;
    names.push(name);
  }
  const documents: unknown[] = [];
  for (const name of names.length === 0 ? ['-'] : names)
    documents.push(documentIn(name, name === '-' ? await call.outside.stdin.readAll() : textOf(call, name)));
  return documents;
}

function textOf(call: Call, name: string): string {
  const text = call.outside.files.read(path.resolve(call.outside.folder, name));
  if (text === null) throw usage(`There is no file ${name}.`);
  return text;
}

function read(system: System, documents: readonly unknown[]): Export {
  try {
    return system.read(documents);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    throw new Failure(
      'failed',
      'import',
      `This cannot be taken for an export of ${system.name}: ${error.message}.`,
      `It takes ${system.takes}.`,
    );
  }
}

/** Their environments, and what they are called here. */
function namesFor(call: Call, { environments }: Export): EnvironmentNames {
  const wanted = call.texts('env').map((one) => {
    const [theirs = '', ours = theirs] = one.split('=');
    return [theirs, ours] as const;
  });
  if (environments.length === 0) {
    const [only, another] = wanted;
    if (only === undefined || another !== undefined)
      throw usage(
        'The export is of one environment, and does not say which.',
        'Pass --env once, such as --env production.',
      );
    return new Map([['', only[1]]]);
  }
  const unknown = wanted.find(([theirs]) => !environments.includes(theirs));
  if (unknown !== undefined)
    throw usage(`The export has no environment \`${unknown[0]}\`.`, `It has ${environments.join(', ')}.`);
  const names = new Map(wanted.length === 0 ? environments.map((one) => [one, one] as const) : wanted);
  if (new Set(names.values()).size < names.size)
    throw usage('Two of their environments would become one.', 'Give each a name of its own.');
  return names;
}

function verifiedBy(call: Call, given: Export, imported: Imported, names: EnvironmentNames): Verified | null {
  const file = call.text('verify');
  return file === undefined ? null : verify(given, imported, names, contextsIn(file, textOf(call, file)));
}
