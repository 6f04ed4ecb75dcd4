import type { FlagBody, FlagType } from '@glidepath/core';
import type { FlagDefinitionView } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
import { pulledIn } from '../pulled.ts';
import { definitionsOf } from '../typegen/definitions.ts';

/** What a scan has to know of a flag. */
export interface KnownFlag {
  readonly key: string;
  readonly type: FlagType;
  readonly isArchived: boolean;
  /** Null: whoever told of the flag does not know. */
  readonly filing: Filing | null;
}

/** What budgets go by. */
export interface Filing {
  /** It has no end that was set: nobody's debt. */
  readonly isPermanent: boolean;
  /** As people call whoever answers for it. */
  readonly owner: string | null;
  readonly tags: readonly string[];
}

/** Of the service, or of a file that `glidepath pull` has written; null where nobody is to be asked. */
export async function knownFlags(
  call: Call,
  read: (file: string) => string | null,
): Promise<readonly KnownFlag[] | null> {
  const from = call.text('from');
  if (from !== undefined && call.has('offline'))
    throw usage('--from says what flags there are, and --offline that nobody knows.', 'Pass one of them.');
  if (call.has('offline')) return null;
  if (from === undefined) return (await definitionsOf(call.api(), projectRoute(call))).map(ofView);
  const text = read(from);
  if (text === null) throw usage(`There is no file ${from}.`);
  return inFile(from, text);
}

function inFile(file: string, text: string): readonly KnownFlag[] {
  const pulled = pulledIn(file, text);
  if (pulled.kind === 'flags') return pulled.flags.map(ofView);
  return pulled.items.flatMap((item) => (item.kind === 'flag' ? [ofBody(item.key, item.body)] : []));
}

const ofView = ({ key, type, archivedAt, lifetimeDays, ownerName, tags }: FlagDefinitionView): KnownFlag => ({
  key,
  type,
  isArchived: archivedAt !== null,
  filing: { isPermanent: lifetimeDays === null, owner: ownerName, tags },
});

/** A rule set knows no owners, tags and ends. */
const ofBody = (key: string, { type, archived }: FlagBody): KnownFlag => ({
  key,
  type,
  isArchived: archived === true,
  filing: null,
});
