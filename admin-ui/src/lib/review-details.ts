import type { Flag, FlagConfig, Serve } from '@glidepath/core';
import type { Move, ServeMove } from '@glidepath/core/effect';
import type { PreviewView } from '@glidepath/server/api-types';
import type { ReviewLine, ReviewSection } from '../kit/review-sections.tsx';
import { formatPercentage } from './percentages.ts';
import type { PinnedUser } from './pinned-users.ts';
import { reviewMessages as m } from './review-messages.ts';
import { attributesInWords, contextName } from './user-context.ts';

export interface ReviewFacts {
  readonly flag: Pick<Flag, 'variations'>;
  readonly before: FlagConfig;
  readonly after: FlagConfig;
  readonly preview: PreviewView;
  /** In the order in which they were sent with the preview. */
  readonly pinned: readonly PinnedUser[];
  /** Flags that serve nothing but their off variation once the change is made. */
  readonly takesDown: readonly string[];
}

/** What a reviewer should know beyond who gets what; sections with nothing to say are left out. */
export function reviewSections(facts: ReviewFacts): readonly ReviewSection[] {
  const sections: readonly ReviewSection[] = [
    { title: m.exposure.title, lines: exposureLines(facts) },
    { title: m.users.title, lines: userLines(facts) },
    { title: m.pinned.title, lines: pinnedLines(facts) },
    { title: m.others.title, lines: otherFlagLines(facts) },
    { title: m.advice.title, lines: adviceLines(facts) },
  ];
  return sections.filter(({ lines }) => lines.length > 0);
}

function exposureLines({ flag, before, after, preview }: ReviewFacts): ReviewLine[] {
  const places = new Map<string, ServeMove[]>();
  for (const move of preview.serveMoves) {
    const id = move.at === 'fallthrough' ? '' : move.at.ruleId;
    places.set(id, [...(places.get(id) ?? []), move]);
  }
  return [...places].flatMap(([ruleId, moves]): ReviewLine[] => {
    const whom = whomOf(after, ruleId);
    const old = serveAt(before, ruleId);
    const now = serveAt(after, ruleId);
    if (!old || !now) return [];
    const shares = flag.variations.flatMap(({ key }) => {
      const share = { before: shareOf(old, key), after: shareOf(now, key) };
      if (share.before === share.after) return [];
      return [m.exposure.share(key, formatPercentage(share.before), formatPercentage(share.after))];
    });
    return [
      ...(shares.length > 0 ? [fact(m.exposure.line(whom, shares))] : []),
      ...(moves.some(({ exact }) => !exact) ? [{ kind: 'advice', text: m.exposure.anew(whom) } as const] : []),
    ];
  });
}

function whomOf(config: FlagConfig, ruleId: string): string {
  const index = config.rules.findIndex(({ id }) => id === ruleId);
  return index < 0 ? m.exposure.everyone : m.exposure.rule(index + 1, config.rules[index]?.name ?? '');
}

function serveAt(config: FlagConfig, ruleId: string): Serve | undefined {
  return ruleId === '' ? config.fallthrough : config.rules.find(({ id }) => id === ruleId)?.serve;
}

const EVERYBODY = 100_000;

function shareOf(serve: Serve, variation: string): number {
  if ('variation' in serve) return serve.variation === variation ? EVERYBODY : 0;
  return serve.split.weights[variation] ?? 0;
}

/** Gains and losses apart: a change that only reorders rules can take something away from people. */
function userLines({ after, preview }: ReviewFacts): ReviewLine[] {
  const { effect } = preview;
  if (effect.sampled === 0) return [];
  const { sampled, unchanged, moves } = effect;
  if (moves.length === 0) return [fact(m.users.nobody(sampled))];
  const lines = moves.map((move): ReviewLine => ({ kind: kindOf(move, after.offVariation), text: moveWords(move) }));
  const noLosses = moves
    .filter((move) => kindOf(move, after.offVariation) === 'gain')
    .filter(({ from, to }) => !moves.some((move) => move.from === to && move.to === from))
    .map(({ from, to }) => fact(m.users.noLoss(to, from)));
  return [fact(m.users.some(sampled, sampled - unchanged)), ...lines, ...noLosses];
}

/** Who gets the safe variation, or an error, instead of another one loses it. */
function kindOf({ from, to }: Move, offVariation: string): ReviewLine['kind'] {
  if (to === null || to === offVariation) return 'loss';
  return from === null || from === offVariation ? 'gain' : 'fact';
}

function moveWords({ count, from, to, examples }: Move): string {
  const [example] = examples;
  const such = example === undefined ? '' : m.users.example(contextName(example), attributesInWords(example, 3));
  return `${m.users.move(count, from, to)}${such}`;
}

function pinnedLines({ preview, pinned }: ReviewFacts): ReviewLine[] {
  if (preview.contexts.length === 0) return [];
  const changed = preview.contexts.flatMap(({ before, after }, index) =>
    before.variation === after.variation
      ? []
      : [fact(m.pinned.changes(pinned[index]?.name ?? '', before.variation, after.variation))],
  );
  const unchanged = preview.contexts.length - changed.length;
  return [...changed, ...(unchanged > 0 ? [fact(m.pinned.unchanged(unchanged))] : [])];
}

function otherFlagLines({ preview, takesDown }: ReviewFacts): ReviewLine[] {
  const changed = preview.dependants.map(({ flag }) => flag).filter((flag) => !takesDown.includes(flag));
  return [
    ...(takesDown.length > 0 ? [{ kind: 'loss', text: m.others.takesDown(takesDown) } as const] : []),
    ...(changed.length > 0 ? [fact(m.others.changes(changed))] : []),
  ];
}

function adviceLines({ after, preview }: ReviewFacts): ReviewLine[] {
  return preview.unreachable.map(({ ruleIndex, why }) => ({
    kind: 'advice',
    text: m.advice.unreachable(ruleIndex + 1, after.rules[ruleIndex]?.name ?? '', why),
  }));
}

function fact(text: string): ReviewLine {
  return { kind: 'fact', text };
}
