import { counted, someOf } from '@glidepath/core/change';
import type { RestoreWay } from './use-switch.ts';

/** Of the flags that fall with another, on a card. */
const MOST_NAMED = 5;

export const switchMessages = {
  title: 'Kill switches',
  titleOf: (flag: string) => `Kill switch ${flag}`,
  lead: (connected: number) => (connected === 1 ? '1 SDK is connected here.' : `${connected} SDKs are connected here.`),
  find: 'Find a switch',
  findPlaceholder: 'Find…   /',
  reason: 'Reason for kills',
  reasonHint: 'Optional. It goes with every kill made here, such as an incident number.',
  noReason: 'Killed on the switch board',
  failed: 'The switches could not be loaded',
  none: 'No flag is a kill switch',
  noneWhy: 'Give a flag the purpose “kill switch” and it stands here. Any other flag can be killed from its own page.',
  noMatch: 'No switch matches',
  running: 'RUNNING',
  off: 'OFF',
  killed: (when: string, by: string) => `KILLED ${when} by ${by}`,
  killedReason: (reason: string) => `Reason: ${reason}`,
  whenKilled: 'Killed, everyone gets its safe variation.',
  takesDown: (flags: readonly string[]) => {
    if (flags.length === 0) return 'Takes down no other flag.';
    return `Takes down ${counted(flags.length, 'flag')}: ${someOf(flags, MOST_NAMED)}.`;
  },
  takesDownUnknown: 'Which other flags it takes down is not known right now.',
  hold: 'HOLD TO KILL',
  kill: (flag: string, environment: string) => `Kill ${flag} in ${environment}`,
  killNow: (environment: string) => `Kill in ${environment}`,
  killNowOf: (environment: string, flag: string) => `Kill in ${environment}: ${flag}`,
  restore: 'Restore…',
  restoreActions: {
    before: (environment: string) => `Restore in ${environment}`,
    rollout: (environment: string) => `Restore by a rollout in ${environment}`,
  } satisfies Record<RestoreWay, (environment: string) => string>,
  ways: {
    label: 'How it comes back',
    before: 'Everybody at once, as before',
    beforeHint: 'Exactly what was served before the kill.',
    rollout: 'By a rollout, from 1 %',
    rolloutHint: 'The kill ends, and the standard plan leads step by step to what was served before.',
    mayNot: 'Your role may not run rollouts. An administrator can give you the operator role.',
  },
  killFailed: 'It is not known to be killed',
  restoreFailed: 'It was not restored',
  announceKilled: (flag: string, environment: string) => `${flag} is killed in ${environment}.`,
  announceRestored: (flag: string, environment: string) => `${flag} is restored in ${environment}.`,
  announceApplied: (applied: number, connected: number) => `Applied by ${applied} of ${connected} connected SDKs.`,
  mayNot: 'Your role may not kill flags. An administrator can give you the operator role.',
  mayNotRestore: 'Your role may not restore flags. An administrator can give you the operator role.',
} as const;
