import { lineDiff } from './line-diff.ts';
import { kitMessages } from './messages.ts';
import type { ReviewSection } from './review-sections.tsx';

const m = kitMessages.review;

export interface ReviewText {
  /** Which change, where: `checkout · v43 → v44 · PRODUCTION`. */
  readonly heading: string;
  readonly summary: readonly string[];
  /** What before and after answer: who gets what, unless it is said. */
  readonly question?: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly sections: readonly ReviewSection[];
}

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;
const MARKS = { fact: '', gain: '▲ ', loss: '▼ ', advice: '⚠ ' } as const;

/** The text of a review, to be pasted into a pull request or a chat: the same sentences as on the sheet. */
export function reviewMarkdown(text: ReviewText): string {
  const { heading, summary, question = m.whoGetsWhat, before, after, sections } = text;
  const difference = lineDiff(before, after).map((line) => `${SIGNS[line.kind]} ${line.text.replaceAll('`', '')}`);
  const parts = [
    `### ${heading}`,
    summary.map((line) => `- ${line}`).join('\n'),
    difference.length === 0 ? '' : `**${question}**\n\n\`\`\`diff\n${difference.join('\n')}\n\`\`\``,
    ...sections.map(
      ({ title, lines }) => `**${title}**\n\n${lines.map((line) => `- ${MARKS[line.kind]}${line.text}`).join('\n')}`,
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
