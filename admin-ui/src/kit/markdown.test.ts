import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseMarkdown } from './markdown.ts';

const text = (words: string) => ({ kind: 'text', text: words });

test('headings, lists, code and paragraphs are told apart', () => {
  const runbook = ['# Errors', 'Look at', 'the board.', '', '1. Pause', '2. Call', '- and wait', '```', 'a\n b', '```'];
  expect(parseMarkdown(runbook.join('\n'))).toEqual([
    { kind: 'heading', level: 1, inlines: [text('Errors')] },
    { kind: 'paragraph', inlines: [text('Look at the board.')] },
    { kind: 'list', isOrdered: true, items: [[text('Pause')], [text('Call')]] },
    { kind: 'list', isOrdered: false, items: [[text('and wait')]] },
    { kind: 'code', text: 'a\n b' },
  ]);
});

test('code, strong words and links stand out within a line', () => {
  expect(parseMarkdown('Run `kill ads`, **now**: [board](https://status.test/a?b=c).')).toEqual([
    {
      kind: 'paragraph',
      inlines: [
        text('Run '),
        { kind: 'code', text: 'kill ads' },
        text(', '),
        { kind: 'strong', text: 'now' },
        text(': '),
        { kind: 'link', text: 'board', href: 'https://status.test/a?b=c' },
        text('.'),
      ],
    },
  ]);
});

test.for(['[x](javascript:alert(1))', '[x](data:text/html,hi)', '[x](//evil.test)', '<img src=x onerror=alert(1)>'])(
  '%s stays plain text',
  (source) => {
    expect(parseMarkdown(source)).toEqual([{ kind: 'paragraph', inlines: [text(source)] }]);
  },
);

test('any text is read, and no link leads elsewhere than to http or https', () => {
  const pieces = fc.constantFrom(
    '# ',
    '- ',
    '1. ',
    '```',
    '`',
    '**',
    '[a](',
    ')',
    'https://x',
    'javascript:',
    '\n',
    'w ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const hrefs = JSON.stringify(parseMarkdown(parts.join(''))).match(/"href":"[^"]*"/g) ?? [];
      expect(hrefs.filter((href) => !/^"href":"https?:\/\//.test(href))).toEqual([]);
    }),
  );
});

test.for(['[', '[a](https://', '**a', '`'])(
  'a runbook full of %s is read in no more time than one of words',
  (part) => {
    const leastMs = (source: string): number => {
      const times = Array.from({ length: 3 }, () => {
        const startedAt = performance.now();
        parseMarkdown(source);
        return performance.now() - startedAt;
      });
      return Math.min(...times);
    };
    const floor = Math.max(1, leastMs('a word '.repeat(7_000)));
    expect(leastMs(part.repeat(50_000 / part.length)) / floor).toBeLessThan(100);
  },
);
