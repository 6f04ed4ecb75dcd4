import { expect, test } from 'vitest';
import { slackParts } from './slack-text.ts';

test('a bold label and the text below it are told apart', () => {
  expect(slackParts('*Why*\nerrors 4.1 % &gt; 1 %')).toEqual([
    { text: 'Why', isBold: true },
    { text: '\nerrors 4.1 % > 1 %', isBold: false },
  ]);
});

test('what was escaped once is shown once, and nothing in it becomes markup', () => {
  expect(slackParts('&amp;lt; 2 * 3 * 4')).toEqual([{ text: '&lt; 2 * 3 * 4', isBold: false }]);
});
