import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { optionsOf } from './command.ts';
import { COMMANDS } from './commands.ts';
import { candidatesFor } from './completion.ts';
import { helpFor, reference } from './help.ts';
import { nearest, takeJson } from './parse.ts';

const PAGE = fileURLToPath(new URL('../../docs/cli.md', import.meta.url));
const MARK = '<!-- Made from the table of commands: `vitest -u cli/src/help.test.ts` writes it anew. -->\n';

describe('the table of commands', () => {
  test('is what the reference in the documentation is made of', async () => {
    const [prose] = readFileSync(PAGE, 'utf8').split(MARK);
    await expect(`${prose}${MARK}\n${reference(COMMANDS)}`).toMatchFileSnapshot(PAGE);
  });

  test.for(COMMANDS.map((command) => [command.name, command] as const))(
    'explains `%s` with all its options',
    ([, command]) => {
      const help = helpFor(command);
      for (const option of Object.keys(optionsOf(command))) expect(help).toContain(`--${option}`);
      expect(help).toContain(command.example);
    },
  );

  test('gives whatever writes a dry run, a reason and a way to answer questions', () => {
    for (const command of COMMANDS.filter(({ writes }) => writes))
      expect(Object.keys(optionsOf(command))).toEqual(expect.arrayContaining(['dry-run', 'reason', 'yes']));
  });
});

describe('completion', () => {
  test.for<[string, readonly string[] | string]>([
    ['flags |get', ['list', 'get', 'history', 'create', 'archive', 'unarchive']],
    ['kill |', 'flags'],
    [
      'rollout |',
      [
        'start',
        'run',
        'status',
        'watch',
        'pause',
        'resume',
        'advance',
        'approve',
        'check',
        'uncheck',
        'roll-back',
        'abort',
        'restart',
      ],
    ],
    ['rollout start |', 'flags'],
    ['rollout start new-checkout --on-failure |', ['roll-back', 'pause']],
    ['rollout watch new-checkout --env |', 'environments'],
    ['kill new-checkout |', []],
    ['kill --wait |', 'flags'],
    ['kill --reason why |', 'flags'],
    ['kill --reason |', []],
    ['kill --env |', 'environments'],
    ['flags list --state |', ['on', 'off', 'partial', 'killed']],
    ['completion |', ['bash', 'zsh', 'fish']],
  ])('of `%s` knows what may stand there', ([line, expected]) => {
    const [before = ''] = line.split('|');
    expect(candidatesFor(COMMANDS, [...before.split(' ').filter(Boolean), ''])).toEqual(expected);
  });
});

describe('a command line', () => {
  test.for<[string[], object]>([
    [['list'], { json: null, rest: ['list'] }],
    [['list', '--json'], { json: { fields: null, jq: null }, rest: ['list'] }],
    [['--json=key,name', 'list'], { json: { fields: ['key', 'name'], jq: null }, rest: ['list'] }],
    [
      ['list', '--jq', '.[].key', '--tag', 'x'],
      { json: { fields: null, jq: '.[].key' }, rest: ['list', '--tag', 'x'] },
    ],
    [['--jq=.a == "--json"', 'list'], { json: { fields: null, jq: '.a == "--json"' }, rest: ['list'] }],
    [['list', '--jq=-length'], { json: { fields: null, jq: '-length' }, rest: ['list'] }],
    [['list', '--jq', '-length'], { json: { fields: null, jq: '-length' }, rest: ['list'] }],
    [['list', '--jq'], { json: { fields: null, jq: '' }, rest: ['list'] }],
    [['list', '--', '--json'], { json: null, rest: ['list', '--', '--json'] }],
  ])('%j may ask for JSON, and for fields of it', ([argv, expected]) => {
    expect(takeJson(argv)).toEqual(expected);
  });

  test.for<[string, string | null]>([
    ['kil', 'kill'],
    ['flags lits', 'flags list'],
    ['whomai', 'whoami'],
    ['banana', null],
  ])('with a slip of the pen, `%s`, means `%s`', ([word, meant]) => {
    expect(
      nearest(
        word,
        COMMANDS.map(({ name }) => name),
      ),
    ).toBe(meant);
  });
});
