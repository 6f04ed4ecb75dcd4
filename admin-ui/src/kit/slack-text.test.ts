import { expect, test } from 'vitest';
import { slackParts } from './slack-text.ts';

test('a bold label and the text below it are told apart', () => {
  expect(slackParts('*Why*\nerrors 4.1 % &gt; 1 %')).toEqual([
    { kind: 'bold', text: 'Why' },
    { kind: 'plain', text: '\nerrors 4.1 % > 1 %' },
  ]);
});

test('what was escaped once is shown once, and nothing in it becomes markup', () => {
  expect(slackParts('&amp;lt; 2 * 3 * 4 &lt;https://x|y&gt;')).toEqual([
    { kind: 'plain', text: '&lt; 2 * 3 * 4 <https://x|y>' },
  ]);
});

test('links are told by their words, or by their address where there are none', () => {
  expect(slackParts('<https://flags.example/f/a|a> 40 days, `on`, see <https://flags.example>')).toEqual([
    { kind: 'link', text: 'a' },
    { kind: 'plain', text: ' 40 days, ' },
    { kind: 'code', text: 'on' },
    { kind: 'plain', text: ', see ' },
    { kind: 'link', text: 'https://flags.example' },
  ]);
});
