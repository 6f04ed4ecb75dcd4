import type { FlagInstruction } from '@glidepath/core/change';
import type { DryRun } from '@glidepath/server/api-types';
import type { Api } from '../../lib/api.ts';
import { flagPath } from '../../lib/paths.ts';
import { ApiError } from '../../lib/problem.ts';

export interface Rehearsal {
  readonly summary: readonly string[];
  /** Why the server asks for the typed key; null where a click is enough. */
  readonly typedBecause: string | null;
}

export interface Rehearsed {
  readonly project: string;
  readonly flag: string;
  instruction(confirm: string | null): FlagInstruction;
  readonly signal?: AbortSignal;
}

/** What the server would do, and whether it asks for the typed key; nothing is written. Rejects where it refuses. */
export async function rehearse(api: Api, { project, flag, instruction, signal }: Rehearsed): Promise<Rehearsal> {
  const ask = (confirm: string | null) =>
    api.patch<DryRun>(flagPath(project, flag), {
      query: { dryRun: true },
      body: { instructions: [instruction(confirm)] },
      ...(signal && { signal }),
    });
  try {
    const { summary } = await ask(null);
    return { summary, typedBecause: null };
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'confirmation-needed')) throw error;
    const { summary } = await ask(flag);
    return { summary, typedBecause: reasonOf(error.message) };
  }
}

/** The server's words for people; how a program goes on, which comes after them, is done by the page. */
function reasonOf(detail: string): string {
  return detail.replace(/ Send its key as .*$/, '').replaceAll('`', '');
}
