const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long things are kept. */
export const RETENTION = {
  /** Versions of an environment that are kept whatever their age. */
  changeVersions: 1_000,
  changeMs: 7 * DAY,
  /** The most that one environment's kept changes may take; this wins over the two above. */
  changeBytes: 64 * 1024 * 1024,
  answerMs: DAY,
  /** Since a session was used last, and since it began: whichever is over first ends it. */
  sessionIdleMs: 12 * HOUR,
  sessionMs: 7 * DAY,
} as const;
