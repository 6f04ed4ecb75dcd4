import { LIMITS } from '@glidepath/core';
import type { ChangeProblem } from '@glidepath/core/change';
import type { Reads } from '../../store/store.ts';
import type { Publication } from './items.ts';
import type { Place } from './workspace.ts';

interface Size {
  readonly items: number;
  readonly bytes: number;
}

const MIB = 1024 * 1024;

/** What makes an environment's payload larger than SDKs take. Only what grows is refused: shrinking is the mend. */
export async function problemsOfPayloads(
  reads: Reads,
  publications: readonly Publication[],
  environments: Place['environments'],
): Promise<readonly ChangeProblem[]> {
  const problems: ChangeProblem[] = [];
  for (const publication of publications) {
    const before = await reads.payloadSize(publication.environment);
    // Most changes are far from the limit, which the sum of both shows without reading what is there.
    if (fits(sum(before, sizeOf(publication)))) continue;
    const after = await sizeAfter(reads, publication);
    if (fits(after) || (after.items <= before.items && after.bytes <= before.bytes)) continue;
    const name = environments.find(({ id }) => id === publication.environment)?.key ?? publication.environment;
    problems.push({
      code: 'limit',
      pointer: `/environments/${name}`,
      detail: `The payload of \`${name}\` would hold ${after.items} items and ${(after.bytes / MIB).toFixed(1)} MiB; at most ${LIMITS.payloadItems} and ${LIMITS.payloadBytes / MIB} MiB are allowed. Archive flags, or delete segments that nothing uses.`,
    });
  }
  return problems;
}

const fits = ({ items, bytes }: Size): boolean => items <= LIMITS.payloadItems && bytes <= LIMITS.payloadBytes;

const sum = (a: Size, b: Size): Size => ({ items: a.items + b.items, bytes: a.bytes + b.bytes });

const bytesOf = (body: unknown): number => Buffer.byteLength(JSON.stringify(body));

function sizeOf({ items }: Publication): Size {
  const bytes = items.flatMap((item) => {
    if ('print' in item) return [Buffer.byteLength(item.print.text)];
    return item.body === null ? [] : [bytesOf(item.body)];
  });
  return { items: bytes.length, bytes: bytes.reduce((total, own) => total + own, 0) };
}

async function sizeAfter(reads: Reads, publication: Publication): Promise<Size> {
  const written = new Set(publication.items.map(({ kind, key }) => `${kind}\t${key}`));
  const kept = (await reads.items(publication.environment)).filter(({ kind, key }) => !written.has(`${kind}\t${key}`));
  return sum(
    { items: kept.length, bytes: kept.reduce((bytes, { body }) => bytes + bytesOf(body), 0) },
    sizeOf(publication),
  );
}
