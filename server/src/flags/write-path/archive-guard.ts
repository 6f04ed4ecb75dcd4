import type { Flag } from '@glidepath/core';
import type { FlagInstruction } from '@glidepath/core/change';
import { type Served, servedBy } from '@glidepath/core/lifecycle';
import { RefusedError } from '../../errors.ts';
import type { Workspace } from './workspace.ts';

/** Who evaluated a flag within this time is thought to go on. */
const ASKED_MS = 7 * 24 * 60 * 60 * 1_000;

interface Wanted {
  readonly flag: Flag;
  readonly instructions: readonly FlagInstruction[];
  readonly now: number;
  /** Leads to the instructions. */
  readonly pointer: string;
}

/** Refuses to archive a flag that is still at work, unless its key was typed. */
export async function refuseUnconfirmed(workspace: Workspace, wanted: Wanted): Promise<void> {
  const { flag, instructions, now, pointer } = wanted;
  const index = instructions.findIndex((instruction) => instruction.kind === 'archive');
  const instruction = instructions[index];
  // One that is archived already stays so, whatever else is changed of it.
  if (instruction?.kind !== 'archive' || flag.archivedAt !== null || instruction.confirm === flag.key) return;
  const work = await workOf(workspace, flag.key, now);
  if (work.length === 0) return;
  throw new RefusedError({
    code: 'confirmation-needed',
    detail: `Flag \`${flag.key}\` is still at work: ${work.join('; ')}. Send its key as \`confirm\` if you mean it.`,
    errors: [{ pointer: `${pointer}/${index}/confirm`, detail: `must be \`${flag.key}\`` }],
  });
}

/** What a flag still does, in words. */
async function workOf(workspace: Workspace, key: string, now: number): Promise<readonly string[]> {
  // Made by this very change, such as an import: it has never served anybody.
  if ((await workspace.stored({ kind: 'flag', parent: workspace.place.project.id, key })) === null) return [];
  const work: string[] = [];
  for (const environment of workspace.place.environments) {
    const config = await workspace.config(environment.id, key);
    const serves = config === null ? null : servesInWords(servedBy(config));
    if (serves !== null) work.push(`it ${serves} in \`${environment.key}\``);
    const evaluatedAt = (await workspace.reads.lastUsed(environment.id, key)).get(key);
    if (evaluatedAt !== undefined && now - evaluatedAt < ASKED_MS)
      work.push(`it was evaluated in \`${environment.key}\` within the last 7 days`);
  }
  return work;
}

function servesInWords(served: Served): string | null {
  switch (served.kind) {
    case 'one':
      return served.remainder === null ? null : `serves \`${served.variation}\` and \`${served.remainder}\``;
    case 'several':
      return `serves ${served.variations.map((variation) => `\`${variation}\``).join(', ')}`;
    case 'killed':
      return 'is killed';
  }
}
