import type { Flag, Json } from '@glidepath/core';
import { describeServing } from '@glidepath/core/change';
import { recordedConfig } from '../../lib/recorded-config.ts';
import { historyMessages as m } from './messages.ts';

/** A document as an entry of its history recorded it. */
export interface Recorded {
  /** What it says, a sentence each. */
  readonly words: readonly string[];
  /** Null where there was none, or its record is blanked by retention. */
  readonly document: Json | null;
}

export type Describe = (recorded: unknown) => Recorded;

const NOTHING: Recorded = { words: [], document: null };

/** Who got what, in the words that stand everywhere else. */
export function describeConfig(flag: Flag): Describe {
  return (recorded) => {
    const config = recordedConfig(recorded);
    return config ? { words: describeServing(flag, config), document: recorded as Json } : NOTHING;
  };
}

/** What environments share: names, variations and their values, who looks after it. */
export const describeShared: Describe = (recorded) => {
  if (typeof recorded !== 'object' || recorded === null || !('variations' in recorded)) return NOTHING;
  const flag = recorded as Flag;
  const words = [
    m.shared.named(flag.name),
    ...(flag.description === '' ? [] : [m.shared.described(flag.description)]),
    ...flag.variations.map(({ key, value }) => m.shared.variation(key, JSON.stringify(value))),
    m.shared.tagged(flag.tags),
    flag.clientSide ? m.shared.clientSide : m.shared.serverSide,
    ...(flag.archivedAt === null ? [] : [m.shared.archived]),
  ];
  return { words, document: recorded as Json };
};
