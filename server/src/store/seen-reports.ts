/** Which reports of one client were added: the newest, and one bit for each of the 31 before it. */
export interface SeenReports {
  readonly newest: number;
  /** Lowest bit: the report before the newest. */
  readonly before: number;
}

const REMEMBERED = 31;
const ALL = 0x7fff_ffff;

/**
 * What was seen with this report among it; null where it was there already. What is older than all that is remembered
 * counts as seen: better a report lost than one added twice.
 */
export function withReport(seen: SeenReports | null, seq: number): SeenReports | null {
  if (seen === null) return { newest: seq, before: 0 };
  const ahead = seq - seen.newest;
  if (ahead > 0) return { newest: seq, before: ahead > REMEMBERED ? 0 : shifted(seen.before, ahead) };
  const bit = 1 << (-ahead - 1);
  if (ahead === 0 || -ahead > REMEMBERED || (seen.before & bit) !== 0) return null;
  return { ...seen, before: seen.before | bit };
}

/** JavaScript shifts by the lowest five bits of a number only, so the distance must stay below 32. */
function shifted(before: number, ahead: number): number {
  return ((before << ahead) | (1 << (ahead - 1))) & ALL;
}
