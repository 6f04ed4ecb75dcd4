import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type TestRepository, testRepository } from './testing-repository.ts';

const flag = (key: string, more: object = {}) => ({
  key,
  type: 'boolean',
  archivedAt: null,
  lifetimeDays: 30,
  ownerName: null,
  tags: [],
  ...more,
});
const FLAGS = JSON.stringify({
  kind: 'flags',
  flags: [
    flag('new-checkout', { tags: ['team-pay'] }),
    flag('page-size', { type: 'number', ownerName: 'Ann' }),
    flag('beta'),
    flag('old-banner', { archivedAt: '2026-01-01T00:00:00Z' }),
    flag('payments-off-switch', { lifetimeDays: null, tags: ['team-pay'] }),
  ],
});
const CLIENT = `import { createClient } from '@glidepath/sdk-node';\nexport const flags = createClient();\n`;
const ASKS = `import { flags } from './flags.ts';\nexport const on = (user) => flags.variation('new-checkout', user, false);\n`;
const SHOP = { 'flags.json': FLAGS, 'src/flags.ts': CLIENT, 'src/pay.ts': ASKS };

interface Document {
  readonly files: number;
  readonly references: readonly { path: string; line: number; key: string; call: string; removable: boolean }[];
  readonly unknownKeys: readonly { key: string; nearest: string | null; isOnlyInTests: boolean }[];
  readonly unusedKeys: readonly string[];
  readonly archivedKeys: readonly string[];
  readonly problems: readonly { code: string; path: string; line: number; sentence: string; mend: string }[];
  readonly unread: readonly { path: string; why: string }[];
  readonly binary: number;
  readonly dynamic: readonly { path: string; why: string }[];
  readonly changes: {
    added: readonly { path: string; key: string }[];
    removed: readonly { path: string; key: string }[];
  };
}

async function scan(repository: TestRepository, argv: readonly string[] = [], where = ''): Promise<Document> {
  const from = path.join(repository.folder, 'flags.json');
  const { stdout, stderr } = await repository.glidepath(['scan', '--from', from, '--json', ...argv], { in: where });
  const document = JSON.parse(stdout);
  expect(document, stderr).not.toHaveProperty('error');
  return document;
}

const placesIn = ({ references }: Document): readonly string[] =>
  references.map(({ path: file, line, key, call }) => `${file}:${line} ${key} ${call}`);

describe('which files are looked at', () => {
  test('all that git does not ignore, new ones too, but for those of `.glidepathignore` and of others', async () => {
    const repository = testRepository({
      ...SHOP,
      '.gitignore': 'dist/\n*.log\n',
      'src/.gitignore': '/made.ts\n',
      'old/.glidepathignore': 'kept/*\n!kept/this.ts\n',
      'dist/pay.ts': ASKS,
      'src/made.ts': ASKS,
      'lib/made.ts': ASKS,
      'old/kept/pay.ts': ASKS,
      'old/kept/this.ts': ASKS,
      'node_modules/shop/pay.ts': ASKS,
      'public/app.min.js': ASKS,
    });
    repository.git('add', 'src');
    const found = await scan(repository);
    expect(new Set(found.references.map(({ path: file }) => file))).toEqual(
      new Set(['lib/made.ts', 'old/kept/this.ts', 'src/pay.ts']),
    );
  });

  test('by nested `.gitignore` files where there is no git', async () => {
    const repository = testRepository(
      {
        ...SHOP,
        '.gitignore': 'dist/\n',
        'src/.gitignore': '/made.ts\n!dist/\n',
        'dist/pay.ts': ASKS,
        'src/made.ts': ASKS,
        'lib/made.ts': ASKS,
        'node_modules/shop/pay.ts': ASKS,
      },
      false,
    );
    expect((await scan(repository)).references.map(({ path: file }) => file)).toEqual(['lib/made.ts', 'src/pay.ts']);
  });

  test('by what the configuration includes and excludes', async () => {
    const repository = testRepository({
      ...SHOP,
      'glidepath.config.json': JSON.stringify({ scan: { include: ['src/', 'lib/**/*.ts'], exclude: ['*.gen.ts'] } }),
      'src/pay.gen.ts': ASKS,
      'lib/a/pay.ts': ASKS,
      'other/pay.ts': ASKS,
    });
    expect((await scan(repository)).references.map(({ path: file }) => file)).toEqual(['lib/a/pay.ts', 'src/pay.ts']);
  });

  test('those that are named, from whichever folder; others are read for what they export', async () => {
    const repository = testRepository({ ...SHOP, 'lib/pay.ts': ASKS });
    expect(placesIn(await scan(repository, ['pay.ts'], 'src'))).toEqual(['src/pay.ts:2 new-checkout variation']);
    expect(placesIn(await scan(repository, ['../lib', '.'], 'src')).length).toBe(2);
    const outside = await repository.glidepath(['scan', '--offline', '..']);
    expect([outside.code, outside.stderr]).toEqual([2, expect.stringContaining('outside of the repository')]);
  });

  test('a folder with a configuration of its own is a project of its own', async () => {
    const config = JSON.stringify({ scan: { exclude: ['/made.ts'] } });
    const repository = testRepository({
      ...SHOP,
      'web/glidepath.config.json': config,
      'web/pay.ts': ASKS,
      'web/made.ts': ASKS,
    });
    expect((await scan(repository, [], 'web')).references.map(({ path: file }) => file)).toEqual(['web/pay.ts']);
  });

  test('tells which it could not read, and looks into none that is large, binary or a link', async () => {
    const repository = testRepository({
      ...SHOP,
      'src/broken.ts': `flags.variation('new-checkout', `,
      'src/large.ts': `${ASKS}${'// \n'.repeat(300_000)}`,
      'image.png': Buffer.from([0x89, 0, 0x22, 0]),
    });
    symlinkSync('/etc', path.join(repository.folder, 'src/etc'));
    symlinkSync('pay.ts', path.join(repository.folder, 'src/link.ts'));
    const { unread, binary, references } = await scan(repository);
    expect(unread.map(({ path: file }) => file)).toEqual(['src/large.ts', 'src/broken.ts']);
    expect([binary, references.map(({ path: file }) => file)]).toEqual([1, ['src/pay.ts']]);
  });

  test('not what `typegen` has written, nor definitions of flags', async () => {
    const repository = testRepository({
      ...SHOP,
      'src/flags.gen.ts':
        '// Written by `glidepath typegen`: do not edit.\nimport { defineFlag } from "@glidepath/sdk-node";\nexport const beta = defineFlag("beta", { fallback: false });\n',
      'src/uses.ts': `import { flags } from './flags.ts';\nimport { beta } from './flags.gen.ts';\nflags.variation(beta, user);\n`,
      'flags/beta.yaml': 'apiVersion: glidepath/v1\nkey: "beta"\nflag: page-size\n',
    });
    expect(placesIn(await scan(repository))).toEqual([
      'src/pay.ts:2 new-checkout variation',
      'src/uses.ts:3 beta variation',
    ]);
  });
});

describe('in other languages', () => {
  test.for<[file: string, line: string, isFound: boolean]>([
    ['a.py', `if client.get_boolean_value("new-checkout", False, ctx):`, true],
    ['a.py', `if client.bool_variation('beta', ctx, False):`, true],
    ['a.py', `channel = 'beta'`, false],
    ['a.py', `# client.get_boolean_value("new-checkout", False)`, false],
    ['a.go', `on, err := client.BoolVariation("new-checkout", ctx, false)`, true],
    ['a.go', 'const key = `new-checkout`', true],
    ['a.java', `boolean on = client.boolVariation("new-checkout", context, false);`, true],
    ['a.kt', `if (flags.isEnabled("beta")) {`, true],
    ['a.cs', `var on = await client.GetBooleanValueAsync("beta", false);`, true],
    ['a.rb', `on = client.variation('new-checkout', user, false)`, true],
    ['a.rb', `get 'beta', to: 'beta#index'`, false],
    ['a.php', `$on = $client->getBooleanValue('new-checkout', false);`, true],
    ['a.rs', `let on = client.get_bool_value("new-checkout", None, None).await;`, true],
    ['a.swift', `let on = client.getBooleanValue(key: "new-checkout", defaultValue: false)`, true],
    ['a.html', `<div class="new-checkout" id='new-checkout' data-test="new-checkout">`, false],
    ['a.html', `<a href="new-checkout">`, false],
    ['a.html', `<my-flag key="new-checkout">`, true],
    ['a.yaml', `flag: new-checkout # since March`, true],
    ['a.yaml', `path: "new-checkout"`, false],
    ['a.yaml', `name: new-checkout`, false],
    ['a.json', `{ "name": "new-checkout" }`, false],
    ['a.css', `[data-x="new-checkout"] {}`, false],
    ['a.md', 'the flag `new-checkout`', false],
    ['a.sh', `it's "new-checkout" and that's it`, true],
    ['a.txt', `"new-checkout"`, false],
    ['a.py', `"new-checkout-2", "my new-checkout"`, false],
    ['a.vue', `<b v-if="flags.variation('new-checkout', false)">`, true],
    ['a.vue', `<b class="new-checkout">`, false],
    [
      'a.vue',
      `<script setup lang="ts">import { useFlag } from '@glidepath/sdk-browser/react'; useFlag('new-checkout', false);</script>`,
      true,
    ],
    [
      'a.svelte',
      `<script>\nimport { flags } from './src/flags.ts';\nflags.variation('new-checkout', u, false);</script>`,
      true,
    ],
    [
      'a.astro',
      `---\nimport { flags } from './src/flags.ts';\nflags.variation('new-checkout', u, false);\n---\n<b />`,
      true,
    ],
  ])('%s: `%s` is a place: %s', async ([file, line, isFound]) => {
    const repository = testRepository({ 'flags.json': FLAGS, 'src/flags.ts': CLIENT, [file]: `\n${line}\n` }, false);
    const { references } = await scan(repository);
    expect(references.length).toBe(Number(isFound));
  });
});

describe('what a scan says', () => {
  const repository = testRepository({
    ...SHOP,
    'src/more.ts': `import { flags } from './flags.ts';
flags.variation('new-chekout', user, false);
flags.variation('new-checkout', user, true);
flags.variation('page-size', user, '20');
flags.variation('old-banner', user, false);
flags.variation(name, user, 0);
`,
    'src/more.test.ts': `import { flags } from './flags.ts';
flags.variation('in-a-test', user, false);
flags.variation('beta', user, 1);
`,
  });

  test('names keys that the project does not have, with the nearest, and flags that the code does not name', async () => {
    const { unknownKeys, unusedKeys, archivedKeys, dynamic } = await scan(repository);
    expect(unknownKeys).toMatchObject([
      { key: 'in-a-test', nearest: null, isOnlyInTests: true },
      { key: 'new-chekout', nearest: 'new-checkout', isOnlyInTests: false },
    ]);
    expect([unusedKeys, archivedKeys]).toEqual([['payments-off-switch'], ['old-banner']]);
    expect(dynamic).toMatchObject([{ path: 'src/more.ts', why: 'the key is computed' }]);
  });

  test('S40: --check ends with 2 on a wrong key, and on fallbacks that disagree or have another type', async () => {
    const { problems } = await scan(repository, ['--check']);
    expect(problems.map(({ code, path: file, line }) => `${code} ${file}:${line}`)).toEqual([
      'unknown-key src/more.ts:2',
      'fallbacks-disagree src/pay.ts:2',
      'fallback-type src/more.ts:4',
    ]);
    const told = await repository.glidepath(['scan', '--check', '--from', 'flags.json']);
    expect(told.code).toBe(2);
    expect(told.stdout).toContain('src/more.ts:2: The code asks for `new-chekout`');
    expect(told.stdout).toContain('Did you mean `new-checkout`?');
    expect(told.stdout).toContain(
      'The fallbacks of `new-checkout` disagree: true at src/more.ts:3, false at src/pay.ts:2.',
    );
    expect(told.stdout).toContain('is "20", and the flag is of type number');
  });

  test('--check ends with 0 where nothing is wrong', async () => {
    const well = testRepository(SHOP);
    expect(await well.glidepath(['scan', '--check', '--from', 'flags.json'])).toMatchObject({ code: 0, stderr: '' });
  });

  test.for<[budget: Record<string, number>, exit: number]>([
    [{ 'team-pay': 1, Ann: 1, '*': 3 }, 0],
    [{ 'team-pay': 0 }, 2],
    [{ Ann: 0 }, 2],
    [{ '*': 2 }, 2],
  ])('the budget %j ends with %s: flags that are not permanent and not archived count', async ([budget, exit]) => {
    const config = JSON.stringify({ scan: { budget } });
    const well = testRepository({ ...SHOP, 'glidepath.config.json': config }, false);
    const told = await well.glidepath(['scan', '--check', '--from', 'flags.json']);
    expect(told.code).toBe(exit);
    expect(told.stdout.includes('and its budget is')).toBe(exit === 2);
  });

  test('a rule set knows neither owners nor tags nor ends: with it a budget is refused, never counted wrongly', async () => {
    const body = { type: 'boolean', salt: 's', variations: [], off: 0, on: true, rules: [] };
    const items = ['new-checkout', 'beta'].map((key) => ({ kind: 'flag', key, rev: 1, body }));
    const files = { ...SHOP, 'rules.json': JSON.stringify({ kind: 'full', items }) };
    const check = ['scan', '--check', '--from', 'rules.json', 'src/pay.ts'];
    expect(await testRepository(files, false).glidepath(check)).toMatchObject({ code: 0 });
    const config = JSON.stringify({ scan: { budget: { 'team-pay': 5 } } });
    expect(await testRepository({ ...files, 'glidepath.config.json': config }, false).glidepath(check)).toMatchObject({
      code: 2,
      stdout: expect.stringContaining('`scan.budget` are not counted: a rule set knows neither owners nor tags'),
    });
  });

  test('without the service it still finds what the code asks for', async () => {
    const { code, stdout } = await repository.glidepath(['scan', '--offline']);
    expect(code).toBe(0);
    expect(stdout).toContain('src/more.ts:2  new-chekout  variation');
    expect(stdout).toContain('whether the project has these flags was not asked');
  });

  test('wrappers are named by the configuration, which is refused where it is wrong', async () => {
    const wrappers = [{ name: 'isOn', key: 0, fallback: 1 }];
    const text = `import { isOn } from 'shop-kit';\nisOn('beta', true);`;
    const own = testRepository({
      ...SHOP,
      'glidepath.config.json': JSON.stringify({ scan: { wrappers } }),
      'src/on.ts': text,
    });
    expect(placesIn(await scan(own))).toContain('src/on.ts:2 beta isOn');
    own.write({ 'glidepath.config.json': JSON.stringify({ scan: { wrappers: [{ key: 0 }] } }) });
    expect(await own.glidepath(['scan', '--offline'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('`scan.wrappers` must be a list of objects with `name`'),
    });
  });
});

describe('since a commit', () => {
  test('a file that is no UTF-8, and one without an end of its last line, leave the others as they were', async () => {
    const repository = testRepository({ ...SHOP, 'src/a.ts': Buffer.from(`// caf\xe9\n${ASKS}`, 'latin1') });
    repository.write({ 'src/b.ts': ASKS.trimEnd(), 'src/c.ts': ASKS });
    repository.commit();
    for (const name of ['a', 'b', 'c']) repository.write({ [`src/${name}.ts`]: `// changed\n${ASKS}` });
    const { changes } = await scan(repository, ['--since', 'HEAD']);
    expect(changes).toEqual({ added: [], removed: [] });
  });

  test('tells what came and what went, and checks only that', async () => {
    const repository = testRepository({
      ...SHOP,
      'src/keys.ts': `export const KEY = 'beta';\n`,
      'src/wrong.ts': `import { flags } from './flags.ts';\nflags.variation('wrong-before', user, 1);\n`,
      'src/uses.ts': `import { flags } from './flags.ts';\nimport { KEY } from './keys.ts';\nflags.variation(KEY, user, false);\n`,
    });
    repository.commit();
    repository.write({
      'src/keys.ts': `export const KEY = 'page-size';\n`,
      'src/pay.ts': `// a line more\n${ASKS}`,
      'src/new.ts': `import { flags } from './flags.ts';\nflags.variation('wrong-now', user, 1);\n`,
    });
    repository.git('rm', '--quiet', '-f', 'src/wrong.ts');
    const { changes, problems } = await scan(repository, ['--since', 'HEAD']);
    const told = (places: readonly { path: string; key: string }[]) =>
      places.map(({ path: file, key }) => `${file} ${key}`);
    expect(told(changes.added)).toEqual(['src/keys.ts page-size', 'src/new.ts wrong-now', 'src/uses.ts page-size']);
    expect(told(changes.removed)).toEqual(['src/keys.ts beta', 'src/uses.ts beta', 'src/wrong.ts wrong-before']);
    expect(problems.map(({ code, path: file }) => `${code} ${file}`)).toEqual([
      'unknown-key src/new.ts',
      'fallback-type src/uses.ts',
    ]);
  });

  test('that is not there, the way to mend it is told', async () => {
    const repository = testRepository(SHOP);
    repository.commit();
    for (const reference of ['origin/nothing', '--output=x'])
      expect(await repository.glidepath(['scan', '--offline', `--since=${reference}`])).toMatchObject({ code: 2 });
  });
});

describe('an upload that is only tried', () => {
  interface Tried {
    readonly upload: {
      readonly dryRun: true;
      readonly upload: Record<string, unknown> & { readonly references: readonly object[] };
    };
  }
  const tried = async (
    repository: TestRepository,
    argv: readonly string[] = [],
    env = {},
    where = '',
  ): Promise<Tried> => {
    const from = path.join(repository.folder, 'flags.json');
    const { stdout } = await repository.glidepath(
      ['scan', '--from', from, '--upload', '--dry-run', '--json', ...argv],
      { env, in: where },
    );
    return JSON.parse(stdout);
  };

  test('names the repository without what lets somebody in, and sends none of the code', async () => {
    const repository = testRepository(SHOP);
    repository.commit();
    repository.git('remote', 'add', 'origin', 'https://ann:secret-token@github.com/acme/shop.git');
    const { upload } = await tried(repository);
    expect(JSON.stringify(upload)).not.toContain('secret-token');
    expect(upload.upload).toMatchObject({
      repository: 'github.com/acme/shop',
      branch: 'main',
      isDefaultBranch: true,
      commit: repository.git('rev-parse', 'HEAD').trim(),
      urlTemplate: 'https://github.com/acme/shop/blob/{commit}/{path}#L{line}',
      complete: true,
      references: [{ flag: 'new-checkout', path: 'src/pay.ts', line: 2, call: 'variation', removable: true }],
    });
    expect(upload.upload.references[0]).not.toHaveProperty('context');
  });

  test('sends as many lines around it as are asked for', async () => {
    const repository = testRepository(SHOP);
    repository.commit();
    for (const [count, lines] of [
      ['0', 1],
      ['1', 3],
    ] as const) {
      const { upload } = await tried(repository, ['--repository', 'shop', '--context-lines', count]);
      expect((upload.upload.references[0] as { context: string }).context.split('\n')).toHaveLength(lines);
    }
    expect(await repository.glidepath(['scan', '--upload', '--context-lines', '6', '--repository', 'x'])).toMatchObject(
      { code: 2 },
    );
  });

  test('sends no token, be it in the name that was given or in the lines around a place', async () => {
    const token = 'gp_srv_AbCdEf0123456789';
    const repository = testRepository({ ...SHOP, 'src/pay.ts': `const key = '${token}';\n${ASKS}` });
    repository.commit();
    const given = ['--context-lines', '5', '--repository', 'https://ci:job-token@gitlab.example.com/acme/shop.git'];
    const { upload } = await tried(repository, given);
    expect(upload.upload.repository).toBe('gitlab.example.com/acme/shop');
    expect(JSON.stringify(upload)).not.toMatch(/job-token|AbCdEf0123456789/);
    const strange = ['scan', '--from', 'flags.json', '--upload', '--dry-run', '--repository', 'ci:job-token@host/shop'];
    const told = await repository.glidepath(strange);
    expect([told.code, told.stderr.includes('job-token')]).toEqual([2, false]);
  });

  test('tells nothing of files outside of the repository, by an import or by a link', async () => {
    const elsewhere = testRepository({ 'keys.ts': "export const KEY = 'not-for-you';\n" }, false);
    const asks = (from: string) =>
      `import { createClient } from '@glidepath/sdk-node';\nimport { KEY } from '${from}';\ncreateClient().variation(KEY, {}, false);\n`;
    const repository = testRepository({
      ...SHOP,
      'a.ts': asks(`../${path.basename(elsewhere.folder)}/keys`),
      'b.ts': asks('./link'),
    });
    symlinkSync(path.join(elsewhere.folder, 'keys.ts'), path.join(repository.folder, 'link.ts'));
    repository.commit();
    const { stdout } = await repository.glidepath(['scan', '--from', 'flags.json', '--json']);
    expect(stdout).not.toContain('not-for-you');
    expect(JSON.parse(stdout).dynamic.map(({ path: file }: { path: string }) => file)).toEqual(['a.ts', 'b.ts']);
  });

  test('knows the branch of a pipeline, and which one counts', async () => {
    const repository = testRepository({ ...SHOP, 'web/glidepath.config.json': '{}', 'web/pay.ts': ASKS });
    repository.commit();
    repository.git('remote', 'add', 'origin', 'git@gitlab.example.com:acme/tools/shop.git');
    repository.git('checkout', '--quiet', '--detach');
    const env = { GITHUB_REF_TYPE: 'branch', GITHUB_REF_NAME: 'topic' };
    const { upload } = await tried(repository, [], env, 'web');
    expect(upload.upload).toMatchObject({
      repository: 'gitlab.example.com/acme/tools/shop/web',
      branch: 'topic',
      isDefaultBranch: false,
    });
    expect(await repository.glidepath(['scan', '--from', 'flags.json', '--upload', '--dry-run'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('which branch'),
    });
  });

  test.for([
    [['--upload', 'src'], 'all of the repository'],
    [['--upload', '--since', 'HEAD'], 'all of the repository'],
    [['--upload', '--offline'], 'nobody'],
    [['--dry-run'], 'is for --upload'],
    [['--context-lines', '2'], 'is for --upload'],
    [['--from', 'flags.json', '--offline'], 'nobody knows'],
    [['--from', 'nothing.json'], 'There is no file'],
    [['--from', 'src/pay.ts'], 'is no JSON'],
  ] as const)('%j is refused: %s', async ([argv, why]) => {
    const repository = testRepository(SHOP);
    repository.commit();
    const { code, stderr } = await repository.glidepath(['scan', ...argv]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });
});
