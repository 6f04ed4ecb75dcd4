import { lineDiff } from './line-diff.ts';
import { kitMessages } from './messages.ts';
import type { ReviewSection } from './review-sections.tsx';

const m = kitMessages.review;

export interface ReviewText {
  /** Which change, where: `checkout · v43 → v44 · PRODUCTION`. */
  readonly heading: string;
  readonly summary: readonly string[];
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly sections: readonly ReviewSection[];
}

const SIGNS = { same: ' ', removed: '-', added: '+' } as const;
const MARKS = { fact: '', gain: '▲ ', loss: '▼ ', advice: '⚠ ' } as const;

/** The text of a review, to be pasted into a pull request or a chat: the same sentences as on the sheet. */
export function reviewMarkdown({ heading, summary, before, after, sections }: ReviewText): string {
  const difference = lineDiff(before, after).map(({ kind, text }) => `${SIGNS[kind]} ${text.replaceAll('`', '')}`);
  const parts = [
    `### ${heading}`,
    summary.map((line) => `- ${line}`).join('\n'),
    difference.length === 0 ? '' : `**${m.whoGetsWhat}**\n\n\`\`\`diff\n${difference.join('\n')}\n\`\`\``,
    ...sections.map(
      ({ title, lines }) => `**${title}**\n\n${lines.map(({ kind, text }) => `- ${MARKS[kind]}${text}`).join('\n')}`,
    ),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
