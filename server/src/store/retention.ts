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
  /** As long as a code can be typed. */
  deviceLoginMs: 10 * 60_000,
  /** Evaluation counts per minute, and per day. */
  usageMinuteMs: 48 * HOUR,
  usageDayMs: 400 * DAY,
  /** Since a key that gave no value was asked for last. */
  usageMissingMs: 30 * DAY,
  /** Since an attribute was told last, which clients do once a day. */
  usageSeenMs: 30 * DAY,
  /** Since a client reported last: a report that it repeats later than this counts twice. */
  usageReporterMs: 7 * DAY,
  /** The same of pages: there are many more, they live for a shorter time, and anybody can make them up. */
  usagePageMs: HOUR,
  /** How flags are doing, by ten seconds, and by minutes. */
  healthFineMs: DAY,
  healthMs: 30 * DAY,
  /** What gates said. */
  verdictMs: 30 * DAY,
  /** Longer than any figure of deploys looks back. */
  deployMs: 1_100 * DAY,
  /** Beyond the day in which a message must not count twice: the last one tells when an integration was used. */
  hookMessageMs: 30 * DAY,
  /** Since a key left the code of a repository. */
  codeGoneMs: 400 * DAY,
  /** How many flags a project had, day by day. */
  lifecycleDayMs: 400 * DAY,
  /** Since a message to a channel was delivered, or given up. */
  noticeMs: 30 * DAY,
} as const;
