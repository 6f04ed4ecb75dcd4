import { expect, test } from 'vitest';
import { reviewMarkdown } from './review-markdown.ts';

test('a review as Markdown says what changes, who gets what, and whom it moves', () => {
  const text = reviewMarkdown({
    heading: 'checkout · v43 → v44 · PRODUCTION',
    summary: ['serves `new` to 25 % of everyone else in production'],
    before: ['Everyone: `new` to 10 % and `old` to 90 %.'],
    after: ['Everyone: `new` to 25 % and `old` to 75 %.'],
    sections: [
      {
        title: 'Users who change',
        lines: [
          { kind: 'gain', text: '614 `old` → `new`' },
          { kind: 'advice', text: 'Rule 3 is never reached.' },
        ],
      },
    ],
  });
  expect(text).toBe(`### checkout · v43 → v44 · PRODUCTION

- serves \`new\` to 25 % of everyone else in production

**Who gets what**

\`\`\`diff
- Everyone: new to 10 % and old to 90 %.
+ Everyone: new to 25 % and old to 75 %.
\`\`\`

**Users who change**

- ▲ 614 \`old\` → \`new\`
- ⚠ Rule 3 is never reached.
`);
});
