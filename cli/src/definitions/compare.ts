import { DEFINITION_FORMAT } from '@glidepath/core/definition';
import type { DefinitionsWritten } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { Failure, usage } from '../failure.ts';
import { tame } from '../paint.ts';
import { projectRoute } from '../paths.ts';
import { folderOf, shownFrom, sourcesIn } from './folder.ts';
import { faultAt, type Source } from './source.ts';

export interface Asked {
  readonly dryRun: boolean;
  readonly expect?: string;
  /** Flags that may be archived though they are still at work. */
  readonly confirm: readonly string[];
  readonly comment?: string;
  readonly waitForApplied?: string;
}

/** The definitions of the folder, as the service takes them. */
export interface Local {
  readonly flags: readonly Source[];
  readonly segments: readonly Source[];
}

export function localDefinitions(call: Call): Local {
  const folder = folderOf(call);
  const sources = sourcesIn(call, folder);
  if (sources.length === 0)
    throw usage(
      `There is no definition in ${shownFrom(call, folder)}.`,
      'Pass --folder, or begin with `glidepath pull --folder flags`.',
    );
  return {
    flags: sources.filter(({ kind }) => kind === 'flag'),
    segments: sources.filter(({ kind }) => kind === 'segment'),
  };
}

/** What differs; nothing is asked, because nothing is written. */
export function compareDefinitions(call: Call, local: Local): Promise<DefinitionsWritten> {
  const confirm = local.flags.filter(({ definition }) => 'archived' in definition && definition.archived === true);
  return sendDefinitions(call, local, { dryRun: true, confirm: confirm.map(({ key }) => key) });
}

/** The flag that a refusal is about. */
export function flagOf(local: Local, { errors }: Failure): string | undefined {
  return local.flags[Number(errors[0]?.pointer.split('/')[2])]?.key;
}

/** Asks the service what differs, or has it written. What it refuses is told by file and line. */
export async function sendDefinitions(call: Call, local: Local, asked: Asked): Promise<DefinitionsWritten> {
  const { dryRun, expect, confirm, comment, waitForApplied } = asked;
  const body = {
    apiVersion: DEFINITION_FORMAT,
    ...(expect !== undefined && { expect }),
    ...(comment !== undefined && { comment }),
    ...(confirm.length > 0 && { confirm }),
    flags: local.flags.map(({ definition }) => definition),
    segments: local.segments.map(({ definition }) => definition),
  };
  const query = { ...(dryRun && { dryRun: 'true' }), ...(waitForApplied !== undefined && { waitForApplied }) };
  try {
    return await call.api().send<DefinitionsWritten>('POST', `${projectRoute(call)}/definitions`, { body, query });
  } catch (error) {
    throw error instanceof Failure ? placed(call, local, error) : error;
  }
}

/** The same failure, but told where a person can mend it. */
function placed(call: Call, local: Local, failure: Failure): Failure {
  // What is asked for there is no fault of a file.
  if (failure.errors.length === 0 || failure.code === 'confirmation-needed') return failure;
  const lines = failure.errors.map(({ pointer, detail }) => `  ${tame(told(call, local, pointer, detail))}`);
  const count = lines.length === 1 ? 'a fault' : `${lines.length} faults`;
  return new Failure(
    failure.exit,
    failure.code,
    [`The service finds ${count} in the definitions:`, ...lines].join('\n'),
    failure.mend,
    failure.errors,
  );
}

function told(call: Call, local: Local, pointer: string, detail: string): string {
  const [, list, index] = pointer.split('/');
  const sources = list === 'flags' ? local.flags : list === 'segments' ? local.segments : [];
  const source = sources[Number(index)];
  if (source === undefined) return `${pointer === '' ? 'all of them' : pointer}: ${detail}`;
  const inside = pointer.split('/').slice(3);
  return faultAt(source, shownFrom(call, source.file), inside.map((step) => `/${step}`).join(''), detail);
}
