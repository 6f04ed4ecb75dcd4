import type { FlagBody, FlagType, Item } from '@glidepath/core';
import type { FlagDefinitionView } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
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
  const content = parsed(file, text) as { readonly kind?: unknown } | null;
  switch (content?.kind) {
    case 'flags':
      return (content as unknown as { readonly flags: readonly FlagDefinitionView[] }).flags.map(ofView);
    case 'full':
      return (content as unknown as { readonly items: readonly Item[] }).items.flatMap((item) =>
        item.kind === 'flag' ? [ofBody(item.key, item.body)] : [],
      );
    default:
      throw usage(`${file} holds neither flags nor a rule set.`, 'Write it with `glidepath pull`.');
  }
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${file} is no JSON: ${(error as Error).message}.`);
  }
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
