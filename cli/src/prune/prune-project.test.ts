import { describe, expect, test } from 'vitest';
import { pruneIn } from './testing-prune.ts';

const NODE = "import { createClient } from '@glidepath/sdk-node';\nconst flags = createClient();\n";

/** Code of one file behind a client of the SDK, before and after. */
function pruned(code: string, value: unknown = true, variation = 'on'): string {
  const text = pruneIn({ 'src/a.tsx': NODE + code }, { value: value as never, variation }).text('src/a.tsx');
  return text.startsWith(NODE) ? text.slice(NODE.length) : text;
}

describe('a read of the flag', () => {
  test.for<[title: string, code: string, left: string]>([
    [
      'variation',
      "export const a = (ctx: object) => flags.variation('new-checkout', ctx, false) ? one() : two(flags);",
      '',
    ],
    [
      'guard with an expression',
      "export const pay = (c: Cart) => flags.guard('new-checkout', c.user, false, (fresh) => (fresh ? payV2(c) : payV1(c)), { operation: 'pay' });\nkeep(flags);",
      'export const pay = (c: Cart) => payV2(c);\nkeep(flags);',
    ],
    [
      'guard with a block, returned',
      "export async function pay(c: Cart) {\n  return flags.guard('new-checkout', c.user, false, async (fresh, { attempt }) => {\n    log(attempt);\n    if (fresh) return payV2(c);\n    return payV1(c);\n  });\n}\nkeep(flags);",
      'export async function pay(c: Cart) {\n  log(1);\n  return payV2(c);\n}\nkeep(flags);',
    ],
    [
      'variationDetail',
      "const { value } = flags.variationDetail('new-checkout', ctx, false);\nif (value) a(); else b();\nkeep(flags);",
      'a();\nkeep(flags);',
    ],
    [
      'variationDetail in a constant',
      "const detail = flags.variationDetail('new-checkout', ctx, false);\nif (detail.value) a(detail.variation);\nkeep(flags);",
      "a('on');\nkeep(flags);",
    ],
    [
      'variationDetail of which the reason is used',
      "const detail = flags.variationDetail('new-checkout', ctx, false);\nif (detail.value) a(detail.reason);\n",
      "// glidepath: remove new-checkout by hand: more of its answer is used than the value\nconst detail = flags.variationDetail('new-checkout', ctx, false);\nif (detail.value) a(detail.reason);\n",
    ],
    [
      'a call in its arguments',
      "if (flags.variation('new-checkout', userOf(request), false)) {\n  a();\n}\nkeep(flags);",
      '// glidepath: check by hand: this was an argument of the flag, kept for what else it may do\nuserOf(request);\na();\nkeep(flags);',
    ],
    [
      'an argument that changes an object',
      "const seen = {};\nif (flags.variation('new-checkout', Object.assign(seen, { page: 1 }), false)) a(seen);\nkeep(flags);",
      'const seen = {};\n// glidepath: check by hand: this was an argument of the flag, kept for what else it may do\nObject.assign(seen, { page: 1 });\na(seen);\nkeep(flags);',
    ],
    [
      'a local that nobody reads any more, behind which something is done',
      "const moved = router.replace('/pay');\nconst told = text.replace(/a/, () => tell());\nconst gone = text.replace(/a/, 'b');\nif (!flags.variation('new-checkout', ctx, false)) a(moved, told, gone);\nkeep(flags);",
      "router.replace('/pay');\ntext.replace(/a/, () => tell());\nkeep(flags);",
    ],
    [
      'a subscription',
      "flags.watch('new-checkout', ctx, false, (now) => show(now.value));\n",
      "// glidepath: remove new-checkout by hand: it listens to changes, of which there will be none\nflags.watch('new-checkout', ctx, false, (now) => show(now.value));\n",
    ],
    [
      'a dark launch',
      "export const price = async (sku: string) => await flags.shadow('new-checkout', {}, { control: () => priceV1(sku), candidate: () => priceV2(sku) });\nkeep(flags);",
      'export const price = async (sku: string) => await priceV1(sku);\nkeep(flags);',
    ],
    [
      'a client that may be missing: its answer would not be the value',
      "export const isNew = (client?: FlagsClient) => client?.variation('new-checkout', ctx, false) ?? false;\nkeep(flags);",
      "// glidepath: remove new-checkout by hand: its client may be missing, and then it is not asked\nexport const isNew = (client?: FlagsClient) => client?.variation('new-checkout', ctx, false) ?? false;\nkeep(flags);",
    ],
    [
      'a client that is surely there, asked with care',
      "if (flags?.variation?.('new-checkout', ctx, false)) a();\nkeep(flags);",
      'a();\nkeep(flags);',
    ],
    [
      'a scope',
      "export function page(request: Request) {\n  const scope = flags.forContext(request.user);\n  return scope.variation('new-checkout', false) ? next() : old();\n}\n",
      'export function page(request: Request) {\n  return next();\n}\n',
    ],
  ])('%s', ([title, code, left]) => {
    if (left === '') expect(pruned(code)).toContain('=> one();');
    else expect(pruned(code), title).toBe(left);
  });

  test('a migration that is complete leaves the new origin behind the same functions', () => {
    const code =
      "const users = flags.migration('new-checkout', {\n  fallbackStage: 'off',\n  read: { old: (id: string) => mysql.get(id), new: (id: string) => pg.get(id) },\n});\nexport const getUser = (id: string) => users.read({ user: { key: id } }, id);\nkeep(flags);";
    expect(pruned(code, 'complete', 'complete')).toBe(
      'const users = { read: async (id: string) => pg.get(id) };\nexport const getUser = (id: string) => users.read(id);\nkeep(flags);',
    );
  });

  test('of components: children, what is shown otherwise, hooks', () => {
    const react = (body: string) =>
      `import { ${body.includes('Feature') ? 'Feature' : 'useFlag'} } from '@glidepath/sdk-browser/react';\n${body}`;
    const run = (body: string, value = true) => pruneIn({ 'a.tsx': react(body) }, { value }).text('a.tsx');
    expect(
      run(
        'export const A = () => (\n  <div>\n    <Feature flag="new-checkout" fallback={false} otherwise={<Old />}>\n      <New />\n    </Feature>\n  </div>\n);\n',
      ),
    ).toBe('export const A = () => (\n  <div>\n    <New />\n  </div>\n);\n');
    expect(
      run(
        'export const A = () => (\n  <div>\n    <Feature flag="new-checkout" fallback={false} otherwise={<Old />}>\n      <New />\n    </Feature>\n  </div>\n);\n',
        false,
      ),
    ).toBe('export const A = () => (\n  <div>\n    <Old />\n  </div>\n);\n');
    expect(
      run(
        "export function A() {\n  const isNew = useFlag('new-checkout', false);\n  return (\n    <main>\n      {isNew ? (\n        <New />\n      ) : (\n        <Old />\n      )}\n      {!isNew && <Hint />}\n    </main>\n  );\n}\n",
      ),
    ).toBe('export function A() {\n  return (\n    <main>\n      <New />\n    </main>\n  );\n}\n');
  });

  test('by OpenFeature, awaited or not', () => {
    const code =
      "import { OpenFeature } from '@openfeature/server-sdk';\nconst client = OpenFeature.getClient();\nexport async function f() {\n  if (await client.getBooleanValue('new-checkout', false)) return a();\n  return b();\n}\nexport const g = () => client.getBooleanValue('new-checkout', false);\n";
    expect(pruneIn({ 'a.ts': code }).text('a.ts')).toBe(
      'export async function f() {\n  return a();\n}\nexport const g = () => Promise.resolve(true);\n',
    );
  });
});

describe('across files', () => {
  const sources = {
    'src/flags.ts':
      "import { defineFlag } from '@glidepath/sdk-node';\n\n/** The new one. */\nexport const newCheckout = defineFlag('new-checkout', { fallback: false });\nexport const beta = defineFlag('beta', { fallback: false });\n",
    'src/keys.ts':
      "export const KEYS = {\n  newCheckout: 'new-checkout',\n  beta: 'beta',\n} as const;\nexport enum Flag {\n  NewCheckout = 'new-checkout',\n  Beta = 'beta',\n}\n",
    'src/pay.ts':
      "import { createClient } from '@glidepath/sdk-node';\nimport { beta, newCheckout } from './flags.ts';\nimport { Flag, KEYS } from './keys.ts';\nimport { payV1 } from './v1.ts';\nimport { payV2 } from './v2.ts';\n\nconst flags = createClient();\n\nexport function pay(cart: Cart) {\n  if (flags.variation(newCheckout, cart.user)) return payV2(cart);\n  return payV1(cart);\n}\nexport const a = () => (flags.variation(KEYS.newCheckout, {}, false) ? 1 : 2);\nexport const b = () => (flags.variation(Flag.NewCheckout, {}, false) ? 1 : 2);\nexport const c = () => flags.variation(beta, {}) || flags.variation(KEYS.beta, {}, false) || flags.variation(Flag.Beta, {}, false);\n",
  };

  test('declarations, members of constants and of enums go when nobody uses them any more', () => {
    const { text } = pruneIn(sources);
    expect(text('src/pay.ts')).toBe(
      "import { createClient } from '@glidepath/sdk-node';\nimport { beta } from './flags.ts';\nimport { Flag, KEYS } from './keys.ts';\nimport { payV2 } from './v2.ts';\n\nconst flags = createClient();\n\nexport function pay(cart: Cart) {\n  return payV2(cart);\n}\nexport const a = () => (1);\nexport const b = () => (1);\nexport const c = () => flags.variation(beta, {}) || flags.variation(KEYS.beta, {}, false) || flags.variation(Flag.Beta, {}, false);\n".replaceAll(
        '(1)',
        '1',
      ),
    );
    expect(text('src/flags.ts')).toBe(
      "import { defineFlag } from '@glidepath/sdk-node';\n\nexport const beta = defineFlag('beta', { fallback: false });\n",
    );
    expect(text('src/keys.ts')).toBe(
      "export const KEYS = {\n  beta: 'beta',\n} as const;\nexport enum Flag {\n  Beta = 'beta',\n}\n",
    );
  });

  test('a list goes that another file only has the name of, for something else', () => {
    const { text } = pruneIn({
      ...sources,
      'src/other.ts': "const KEYS = ['a', 'b'];\nexport const all = KEYS.map((key) => key.length);\n",
    });
    expect(text('src/keys.ts')).not.toContain('new-checkout');
  });

  test('a list that is used as a whole keeps its members, with a comment', () => {
    const { text } = pruneIn({
      ...sources,
      'src/all.ts': "import { KEYS } from './keys.ts';\nexport const all = Object.values(KEYS);\n",
    });
    expect(text('src/keys.ts')).toContain(
      "// glidepath: remove new-checkout by hand: its name is used elsewhere\nexport const KEYS = {\n  newCheckout: 'new-checkout',",
    );
  });
});

describe('tests', () => {
  const code = `import { createTestClient } from '@glidepath/sdk-node/testing';
import { payV1 } from './v1.ts';

test('serves v1', () => {
  const flags = createTestClient({ 'new-checkout': false });
  expect(pay(flags)).toBe(payV1());
});

test('serves v2', () => {
  const flags = createTestClient({ 'new-checkout': true, beta: true });
  expect(pay(flags)).toBe('v2');
});

test('follows', () => {
  const flags = createTestClient({ 'new-checkout': false });
  flags.set('new-checkout', true);
  expect(pay(flags)).toBe('v2');
});
`;

  test('of the removed branch alone go; those of both get a comment; values that are settled are left out', () => {
    const { text, project } = pruneIn({ 'a.test.ts': code });
    expect(text('a.test.ts')).toBe(`import { createTestClient } from '@glidepath/sdk-node/testing';

test('serves v2', () => {
  const flags = createTestClient({ beta: true });
  expect(pay(flags)).toBe('v2');
});

test('follows', () => {
  // glidepath: remove new-checkout by hand: a test tries more than one value of it
  const flags = createTestClient({ 'new-checkout': false });
  expect(pay(flags)).toBe('v2');
});
`);
    expect(project.files[0]?.notes.map(({ line, sentence }) => `${line} ${sentence}`)).toMatchInlineSnapshot(`
      [
        "2 import { payV1 } unused → removed",
        "4 test "serves v1" covers only the removed branch → removed",
        "10 createTestClient('new-checkout') → its value is not needed any more",
        "16 set('new-checkout') → its value is not needed any more",
      ]
    `);
  });
});

test('a second run changes nothing', () => {
  const before = {
    'a.ts': `${NODE}flags.watch('new-checkout', ctx, false, show);\nif (flags.variation('new-checkout', ctx(), false)) a();\nexport const k = (n: string) => flags.variation(\`new-\${n}\`, {}, false);\n`,
  };
  const once = pruneIn(before).text('a.ts');
  expect(once).toContain('by hand: the key is computed');
  expect(pruneIn({ 'a.ts': once }).text('a.ts')).toBe(once);
});

describe('what is not touched keeps every byte', () => {
  test.for<[title: string, code: string, left: string]>([
    [
      'line ends, tabs and the mark of Unicode',
      `\ufeff${NODE}if (flags.variation('new-checkout', {}, false)) {\n\ta();\n\tb();\n} else {\n\tc();\n}\nlast(flags)`.replaceAll(
        '\n',
        '\r\n',
      ),
      `\ufeff${NODE}a();\nb();\nlast(flags)`.replaceAll('\n', '\r\n'),
    ],
    [
      'the first line of a program, directives and modules of CommonJS',
      "#!/usr/bin/env node\n'use strict';\nconst { createClient } = require('@glidepath/sdk-node');\nconst { old } = require('./old');\nconst flags = createClient();\nmodule.exports.run = () => {\n  if (!flags.variation('new-checkout', {}, false)) {\n    return old();\n  }\n  return fresh(flags);\n};\n",
      "#!/usr/bin/env node\n'use strict';\nconst { createClient } = require('@glidepath/sdk-node');\nconst flags = createClient();\nmodule.exports.run = () => {\n  return fresh(flags);\n};\n",
    ],
    [
      'comments of code that stays; those of code that goes, go',
      `${NODE}// The way of old.\nfunction old() {}\n\n/* Pays. */\nexport function pay() {\n  // Whether it is new.\n  if (flags.variation('new-checkout', {}, false)) {\n    // At once.\n    return fresh(flags); // fast\n  }\n  return old();\n}\n`,
      `${NODE}\n/* Pays. */\nexport function pay() {\n  // Whether it is new.\n  // At once.\n  return fresh(flags); // fast\n}\n`,
    ],
    [
      'types and imports of types that only the removed branch needed',
      `${NODE}import type { Old } from './old.ts';\nimport { type V1, v1, type V2 } from './v1.ts';\ninterface Only {\n  a: V1;\n}\nfunction convert(c: Old): Only {\n  return v1(c);\n}\nexport const pay = (c: V2) => (flags.variation('new-checkout', {}, false) ? c : convert(c as never));\nkeep(flags);\n`,
      `${NODE}import { type V2 } from './v1.ts';\nexport const pay = (c: V2) => c;\nkeep(flags);\n`,
    ],
  ])('%s', ([, code, left]) => {
    expect(pruneIn({ 'a.ts': code }).text('a.ts')).toBe(left);
  });
});

test('hooks keep their lists of what they depend on, without what never changes', () => {
  const code =
    "import { useFlag } from '@glidepath/sdk-browser/react';\nexport function Page({ id }) {\n  const isNew = useFlag('new-checkout', false);\n  useEffect(() => {\n    if (!isNew) return;\n    track(id);\n  }, [isNew, id]);\n  return <h1 className={isNew ? 'new' : 'old'}>{isNew && id}</h1>;\n}\n";
  expect(pruneIn({ 'a.tsx': code }).text('a.tsx')).toBe(
    "export function Page({ id }) {\n  useEffect(() => {\n    track(id);\n  }, [id]);\n  return <h1 className={'new'}>{id}</h1>;\n}\n",
  );
});

test('a suite of which all tests are gone goes with them', () => {
  const code =
    "import { createTestClient } from '@glidepath/sdk-node/testing';\ndescribe('old', () => {\n  it('pays', () => {\n    expect(pay(createTestClient({ 'new-checkout': false }))).toBe(1);\n  });\n});\ndescribe('new', () => {\n  it('pays', () => {\n    expect(pay(createTestClient({ 'new-checkout': true }))).toBe(2);\n  });\n});\n";
  expect(pruneIn({ 'a.test.ts': code }).text('a.test.ts')).toBe(
    "import { createTestClient } from '@glidepath/sdk-node/testing';\ndescribe('new', () => {\n  it('pays', () => {\n    expect(pay(createTestClient({}))).toBe(2);\n  });\n});\n",
  );
});

describe('a type that lists the flags', () => {
  const ASKS = {
    'src/a.ts': `${NODE}export const f = () => flags.variation('new-checkout', {}, false);\nkeep(flags);\n`,
  };

  test('loses its member, with the comment about it', () => {
    const { text } = pruneIn({
      ...ASKS,
      'src/flags.ts':
        "export interface ShopFlags {\n  /** The new one. */\n  'new-checkout': boolean;\n  beta: string;\n}\ndeclare module '@glidepath/sdk-node' {\n  interface Register { flags: ShopFlags }\n}\n",
      'src/more.ts': "export type MoreFlags = { beta: string; readonly 'new-checkout'?: boolean };\n",
    });
    expect(text('src/flags.ts')).toBe(
      "export interface ShopFlags {\n  beta: string;\n}\ndeclare module '@glidepath/sdk-node' {\n  interface Register { flags: ShopFlags }\n}\n",
    );
    expect(text('src/more.ts')).toBe('export type MoreFlags = { beta: string; };\n');
  });

  test('keeps it, with a comment, where code has the key still', () => {
    const { text } = pruneIn({
      'src/flags.ts': "export interface Flags {\n  'new-checkout': boolean;\n}\n",
      'src/one.ts': "import type { Flags } from './flags.ts';\nexport type One = Flags['new-checkout'];\n",
    });
    expect(text('src/flags.ts')).toBe(
      "// glidepath: remove new-checkout by hand: its key is used elsewhere\nexport interface Flags {\n  'new-checkout': boolean;\n}\n",
    );
  });

  test('is left to `typegen` where that has written it', () => {
    const written =
      "// Written by `glidepath typegen`: do not edit.\nexport interface FlagSchema {\n  'new-checkout': boolean;\n}\n";
    const { project, text } = pruneIn({ ...ASKS, 'src/flags.d.ts': written });
    expect(text('src/flags.d.ts')).toBe(written);
    expect([...project.skipped.values()]).toEqual(['it is written by `glidepath typegen`, which has to be run again']);
  });
});

describe('a constant that other files import', () => {
  const VALUE = { 'src/is-new.ts': `${NODE}export const isNew = flags.variation('new-checkout', {}, false);\n` };

  test('is folded in those files too, and goes with the last of them', () => {
    const { text, project } = pruneIn({
      ...VALUE,
      'src/page.ts':
        "import { isNew as shown } from './is-new.ts';\nimport { oldPage } from './old.ts';\nexport const page = () => (shown ? newPage() : oldPage());\n",
    });
    expect(text('src/page.ts')).toBe('export const page = () => newPage();\n');
    expect(text('src/is-new.ts')).toBe('');
    expect(project.files.flatMap(({ byHand }) => byHand)).toEqual([]);
  });

  test.for<[what: string, more: Readonly<Record<string, string>>]>([
    ['is exported once more', { 'src/all.ts': "export * from './is-new.ts';\n" }],
    ['is named on the way', { 'src/all.ts': "export { isNew } from './is-new.ts';\n" }],
    ['is a member of all that is imported', { 'src/all.ts': "import * as all from './is-new.ts';\nuse(all.isNew);\n" }],
  ])('stays with its value where it %s', ([, more]) => {
    const { text } = pruneIn({
      ...VALUE,
      ...more,
      'src/page.ts': "import { isNew } from './is-new.ts';\nexport const page = () => (isNew ? 1 : 2);\n",
    });
    expect(text('src/page.ts')).toBe('export const page = () => 1;\n');
    expect(text('src/is-new.ts')).toBe('export const isNew = true;\n');
  });

  test('stays where nobody of the project imports it: it may be for others', () => {
    expect(pruneIn(VALUE).text('src/is-new.ts')).toBe('export const isNew = true;\n');
  });
});

describe('a component', () => {
  test('of Vue keeps what its template uses, and its template', () => {
    const around = (script: string) =>
      `<template>\n  <b v-if="isNew">{{ shown }}</b>\n  <my-list />\n</template>\n\n<script setup lang="ts">\n${script}</script>\n\n<style>\nb { color: red }\n</style>\n`;
    const { text, project } = pruneIn({
      'src/page.vue': around(
        "import { useFlag } from '@glidepath/sdk-browser/react';\nimport MyList from './my-list.vue';\nimport { newPrice, oldPrice } from './price.ts';\nconst isNew = useFlag('new-checkout', false);\nconst shown = isNew ? newPrice() : oldPrice();\n",
      ),
    });
    expect(text('src/page.vue')).toBe(
      around(
        "import MyList from './my-list.vue';\nimport { newPrice } from './price.ts';\nconst isNew = true;\nconst shown = newPrice();\n",
      ),
    );
    expect(project.files[0]?.notes.at(-1)?.line).toBe(10);
  });

  test('of Svelte keeps a variable that its markup may set', () => {
    const { text } = pruneIn({
      'src/page.svelte':
        "<script>\r\n  import { createClient } from '@glidepath/sdk-browser';\r\n  const flags = createClient();\r\n  let isOpen = flags.variation('new-checkout', false);\r\n  let isNew = flags.variation('new-checkout', false);\r\n  if (isOpen) a(); else b();\r\n  if (isNew) a(); else b();\r\n</script>\r\n<input type=\"checkbox\" bind:checked={isOpen}>\r\n",
    });
    expect(text('src/page.svelte')).toBe(
      '<script>\r\n  let isOpen = true;\r\n  if (isOpen) a(); else b();\r\n  a();\r\n</script>\r\n<input type="checkbox" bind:checked={isOpen}>\r\n',
    );
  });

  test('gets a comment in its script where it has to be mended by hand, and its markup is told of', () => {
    const { text, project } = pruneIn({
      'src/page.vue': `<script setup>\n${NODE}flags.watch('new-checkout', {}, false, show);\n</script>\n<template>\n  <b v-if="flags.variation('new-checkout', {}, false)" />\n</template>\n`,
    });
    expect(text('src/page.vue')).toContain(
      '// glidepath: remove new-checkout by hand: it listens to changes, of which there will be none\nflags.watch(',
    );
    expect(project.computed).toEqual([{ file: '/shop/src/page.vue', line: 7, sentence: 'the markup asks for it' }]);
  });

  test('with two scripts is left alone', () => {
    const { text, project } = pruneIn({
      'src/page.vue': `<script>\nexport default {};\n</script>\n<script setup>\n${NODE}flags.variation('new-checkout', {}, false);\n</script>\n`,
    });
    expect([...project.skipped.values()]).toEqual(['it does not have one script, but several']);
    expect(text('src/page.vue')).toContain('new-checkout');
  });
});
