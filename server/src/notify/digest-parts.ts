import type { StaleDigest } from '../events.ts';
import { WITH_BUTTONS } from './stale-message.ts';

/** Beside those with buttons; a screen or two of lines. */
const FIRST_LINES = 60;
const FURTHER_LINES = 80;
/** Nobody reads more messages than this on one morning: the page has the rest. */
const MOST_PARTS = 3;

/** The digest of the flags that a channel wants to hear of, as the messages that it takes; none where nothing is left. */
export function digestParts(digest: StaleDigest, isWanted: (flag: string) => boolean): readonly StaleDigest[] {
  const narrowed = narrowedTo(digest, isWanted);
  const chunks = chunksOf(narrowed.flags);
  const left = narrowed.flags.length - chunks.reduce((sum, { length }) => sum + length, 0);
  return chunks.map((flags, index) => {
    const isLast = index === chunks.length - 1;
    const part = { number: index + 1, of: chunks.length };
    return { ...narrowed, flags, part, others: isLast ? narrowed.others + left : 0 };
  });
}

function narrowedTo(digest: StaleDigest, isWanted: (flag: string) => boolean): StaleDigest {
  const flags = digest.flags.filter(({ key }) => isWanted(key));
  if (flags.length === digest.flags.length) return digest;
  const ready = flags.filter(({ readiness }) => readiness === 'safe').length;
  return { ...digest, flags, stale: flags.length, ready, others: 0 };
}

function chunksOf(flags: StaleDigest['flags']): readonly StaleDigest['flags'][] {
  const chunks: StaleDigest['flags'][] = [];
  let from = 0;
  while (from < flags.length && chunks.length < MOST_PARTS) {
    const to = from + (from === 0 ? WITH_BUTTONS + FIRST_LINES : FURTHER_LINES);
    chunks.push(flags.slice(from, to));
    from = to;
  }
  return chunks;
}
