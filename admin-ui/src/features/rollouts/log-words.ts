import type { RolloutRecordView } from '@glidepath/server/api-types';
import { rolloutMessages } from './messages.ts';

/** Where a rollout came from and went to; before its first state there was none. */
export function stepWords(from: string, to: string): string {
  return from === to || from === 'none' ? stateWord(to) : rolloutMessages.log.to(stateWord(from), stateWord(to));
}

function stateWord(state: string): string {
  const words: Readonly<Record<string, string>> = rolloutMessages.states;
  return words[state] ?? state;
}

/** Why it went there; null where nothing is said but who did it, which stands beside it. */
export function reasonOf({ kind, reason }: NonNullable<RolloutRecordView['cause']>, actor: string): string | null {
  if (kind !== 'person') return reason;
  const said = reason.startsWith(`${actor}: `) ? reason.slice(actor.length + 2) : reason;
  return said === actor ? null : said;
}
