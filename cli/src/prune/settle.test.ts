import { describe, expect, test } from 'vitest';
import { folded } from './testing-fold.ts';

describe('what a settled value decides', () => {
  test.for<[code: string, value: unknown, left: string]>([
    ['if (FLAG) { a(); } else { b(); }', true, 'a();'],
    ['if (FLAG) { a(); } else { b(); }', false, 'b();'],
    ['if (FLAG) a(); else b();', true, 'a();'],
    ['if (!FLAG) a(); else b();', true, 'b();'],
    ['if (FLAG) { a(); }\nb();', false, 'b();'],
    [
      'if (x) {\n  a();\n} else if (FLAG) {\n  b();\n} else {\n  c();\n}',
      true,
      'if (x) {\n  a();\n} else {\n  b();\n}',
    ],
    ['if (x) {\n  a();\n} else if (FLAG) {\n  b();\n}', false, 'if (x) {\n  a();\n}'],
    ['const r = FLAG ? a() : b();', true, 'const r = a();'],
    ['const r = FLAG && a();', true, 'const r = a();'],
    ['const r = FLAG && a();\nuse(r);', false, 'use(false);'],
    ['const r = FLAG || a();\nuse(r);', true, 'use(true);'],
    ['const r = FLAG ?? a();\nuse(r);', 'x', "use('x');"],
    ['if (x && FLAG) a();', true, 'if (x) a();'],
    ['if (x && FLAG) a(); else b();', false, 'b();'],
    ['if (x() && FLAG) a(); else b();', false, 'x();\nb();'],
    ['if (x || FLAG) a(); else b();', true, 'a();'],
    ['const r = x && FLAG;\nuse(r);', true, 'const r = x && true;\nuse(r);'],
    ['const r = x > 1 && FLAG;\nuse(r);', true, 'const r = x > 1;\nuse(r);'],
    ["if (FLAG === 'new') { a(); } else { b(); }", 'new', 'a();'],
    ["if (FLAG !== 'new') { a(); } else { b(); }", 'new', 'b();'],
    ['if (FLAG > 10) a();', 20, 'a();'],
    ['const isNew = FLAG;\nif (isNew) {\n  a();\n} else {\n  b();\n}', true, 'a();'],
    [
      'function f() {\n  if (FLAG) {\n    return a();\n  }\n  log();\n  return b();\n}',
      true,
      'function f() {\n  return a();\n}',
    ],
    ['function f() {\n  if (!FLAG) return b();\n  return a();\n}', true, 'function f() {\n  return a();\n}'],
    [
      "switch (FLAG) {\n  case 'a':\n    a();\n    break;\n  case 'b':\n    b();\n    break;\n  default:\n    c();\n}",
      'b',
      'b();',
    ],
    [
      "switch (FLAG) {\n  case 'a':\n    a();\n  case 'b':\n    b();\n    break;\n  default:\n    c();\n}",
      'a',
      'a();\nb();',
    ],
    [
      "switch (FLAG) {\n  case 'a':\n    a();\n    break;\n  default: {\n    const c = 1;\n    use(c);\n    break;\n  }\n}",
      'z',
      'const c = 1;\nuse(c);',
    ],
    ['while (FLAG) { a(); }', false, ''],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code
    ['use(`a ${FLAG} b`);', 'x', 'use(`a x b`);'],
    ['use({ isNew: FLAG, b: 1 });', true, 'use({ isNew: true, b: 1 });'],
    ['use({ ...(FLAG ? { a: 1 } : {}), b: 2 });', true, 'use({ a: 1, b: 2 });'],
    ['use({ ...(FLAG ? { a: 1 } : {}), b: 2 });', false, 'use({ b: 2 });'],
    ['use([...(FLAG ? [a, b] : []), c]);', true, 'use([a, b, c]);'],
    ['use([...(FLAG ? [(x, y)] : []), c]);', true, 'use([(x, y), c]);'],
    ['use({ ...(FLAG && { a }), b });', false, 'use({ b });'],
    ['function isNew() {\n  return FLAG;\n}\nif (isNew()) a(); else b();', true, 'a();'],
    ['const f = () => FLAG ? { a: 1 } : {};\nuse(f);', true, 'const f = () => ({ a: 1 });\nuse(f);'],
    ['(FLAG ? o.f : g)();', true, '(0, o.f)();'],
    ['foo()\nif (FLAG) (bar)()', true, 'foo()\n;(bar)()'],
    ['a = b\nif (FLAG) { x() }\n[1].map(f)', false, 'a = b\n;[1].map(f)'],
    [
      'let on = FLAG;\nif (force) on = false;\nif (on) a();',
      true,
      'let on = true;\nif (force) on = false;\nif (on) a();',
    ],
    ['const limit = FLAG.limit;\nuse(limit + 1);', { limit: 5 }, 'use(5 + 1);'],
    ['if (FLAG) { var x = 1; }\nuse(x);', false, 'var x;\nuse(x);'],
    ['foo: if (FLAG) { if (y) break foo; a(); }', true, 'foo: { if (y) break foo; a(); }'],
    [
      'const x = 1;\nif (FLAG) { const x = 2; use(x); }\nuse(x);',
      true,
      'const x = 1;\n{ const x = 2; use(x); }\nuse(x);',
    ],
    ['if (true) { a(); }\nif (FLAG) { b(); }', true, 'if (true) { a(); }\nb();'],
    [
      'async function f() {\n  if (await FLAG) return a();\n  return b();\n}',
      true,
      'async function f() {\n  return a();\n}',
    ],
    ['use(getContext(), FLAG && x);', true, 'use(getContext(), x);'],
    [
      "import { payV1 } from './v1';\nimport { payV2 } from './v2';\nexport const pay = (c) => FLAG ? payV2(c) : payV1(c);",
      true,
      "import { payV2 } from './v2';\nexport const pay = (c) => payV2(c);",
    ],
    [
      'function old() { return older(); }\nfunction older() { return 1; }\nfunction never() {}\nuse(FLAG ? fresh() : old());',
      true,
      'function never() {}\nuse(fresh());',
    ],
    [
      'const a = FLAG\n  // By the new list.\n  ? fresh()\n  // By the old list.\n  : old();',
      false,
      'const a =\n  // By the old list.\n  old();',
    ],
    [
      'const a = FLAG /* it is */\n  ? // New.\n    // Fresh.\n    fresh() // fast\n  : // Old.\n    old();',
      true,
      'const a =\n    // New.\n    // Fresh.\n    fresh() /* fast */;',
    ],
    [
      'function f() {\n  return FLAG\n    ? // New.\n      fresh()\n    : old();\n}',
      true,
      'function f() {\n  return (\n      // New.\n      fresh());\n}',
    ],
    ['use(FLAG ? /* new */ 1 : /* old */ 2);', false, 'use(/* old */ 2);'],
    ['const t = compute();\nif (FLAG) a(); else b(t);', true, 'compute();\na();'],
  ])('%s, settled at %j', ([code, value, left]) => {
    expect(folded(code, value)).toBe(left);
  });
});
