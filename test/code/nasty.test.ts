import { compileFunction } from 'node:vm';
import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { pruneIn } from '../../cli/src/prune/testing-prune.ts';

/** Programs that are hard to change without harm; `FLAG` stands for asking for the flag. */
const PROGRAMS: readonly (readonly [title: string, code: string])[] = [
  [
    'a line that begins with a bracket',
    `const on = FLAG\n;[1].forEach((v) => log(v))\nif (on) log('a')\n;(() => log('iife'))()`,
  ],
  ['an assignment before a bracket', `let a = () => log('a')\nif (FLAG) a = () => log('b')\n;(a)()`],
  ['an answer over several lines', `function r() {\n  return FLAG\n    ? 'new'\n    : 'old'\n}\nlog(r())`],
  ['a comment behind return', `function r() {\n  return (\n    // why\n    FLAG ? 'new' : 'old'\n  )\n}\nlog(r())`],
  [
    'comments everywhere',
    `/* a */ if (/* b */ FLAG /* c */) { /* d */ log('x') /* e */ } /* f */ else { /* g */ log('y') } // h\nlog('z')`,
  ],
  [
    'a decorator',
    `function d(v: any) { return (t: any) => { log('deco', v); return t } }\n@d(FLAG ? 1 : 2)\nclass A {}\nlog(typeof A)`,
  ],
  ['a label around a block', `a: { if (FLAG) break a; log('not') }\nlog('end')`],
  [
    'labels in labels',
    `a: for (const i of [1, 2]) { b: { if (!FLAG) { log('c', i); continue a } log('d', i); break b } log('e', i) }`,
  ],
  ['finally that answers', `function f() { try { return 1 } finally { if (FLAG) return 2 } }\nlog(f())`],
  [
    'finally that is run',
    `function f() { try { if (FLAG) return log(1); log('no') } finally { log('fin') } return 2 }\nlog(f())`,
  ],
  [
    'a switch over true',
    `switch (true) { case FLAG: log('on'); break; case Math.max(1, 2) > 1: log('two'); break; default: log('d') }`,
  ],
  [
    'a switch with its default in the middle',
    `switch (FLAG) { case false: log('f'); default: log('d'); case true: log('t') }`,
  ],
  [
    'a break of a switch in a loop',
    `for (const k of ['a', 'b']) { switch (k) { case 'a': if (FLAG) break; log('a'); continue; default: log('def') } log('after', k) }`,
  ],
  ['var of a branch that goes', `if (FLAG) { var v = 1 } else { var w = 2 } log(typeof v); log(typeof w)`],
  [
    'names that hide others',
    `const on = FLAG; { const on = 'inner'; log(on) } function q(on: any) { return on } log(q(3)); log(on)`,
  ],
  ['names in objects', `const v = FLAG; log(JSON.stringify({ v, w: v, [String(v)]: 1 }))`],
  ['defaults of parameters', `function q(a = FLAG, b = a ? 1 : 2) { return [a, b] } log(q()); log(q(false as any))`],
  ['defaults of patterns', `const { a = FLAG } = {} as any; log(a); const [b = FLAG ? 1 : 2] = []; log(b)`],
  [
    'members of a class',
    `class A { static s = FLAG; x = FLAG ? 1 : 2; #p = !FLAG; get p() { return this.#p } static { if (FLAG) log('static') } } log(A.s, new A().x); log(new A().p)`,
  ],
  [
    'getters of an object',
    `const o = { get on() { return FLAG }, set on(v) { log('set', v) } }; log(o.on); o.on = true as any`,
  ],
  ['optional chains', `const o: any = FLAG ? { a: { b: () => 'x' } } : null; log(o?.a?.b?.())`],
  [
    'tagged templates',
    `const tag = (s: any, ...v: any[]) => s.raw.join('|') + v.join(','); log(tag\`a\${FLAG ? 1 : 2}b\${FLAG}\`)`,
  ],
  [
    'operators',
    `log(typeof FLAG); log(void FLAG); log(+FLAG, -FLAG); log(Number(FLAG) + 1); log(2 * (FLAG ? 1 + 1 : 3))`,
  ],
  [
    'a sequence',
    `let i = 0; (log('first'), FLAG) ? log('y') : log('n'); for (i = 0; FLAG ? i < 2 : i < 1; i++) log('i', i)`,
  ],
  ['loops', `let n = 0; while (FLAG && n < 2) { log('w', n); n++ } do { n++ } while (!FLAG && n < 5); log(n)`],
  [
    'arrows that answer objects',
    `const f = () => FLAG ? { a: 1 } : { b: 2 }; log(JSON.stringify(f())); const g = () => FLAG && { z: 1 }; log(JSON.stringify(g()))`,
  ],
  ['assignments by ?? and &&', `log(FLAG ?? log('never')); let b: any; b ??= FLAG; log(b); b &&= FLAG && 5; log(b)`],
  ['?? beside ||', `let z: any = null; log((z ?? FLAG) ? 1 : 2); log((FLAG || z) ?? 3)`],
  [
    'what is spread',
    `log([...(FLAG ? [1] : []), 2]); log(JSON.stringify({ ...(FLAG && { a: 1 }), b: 2 })); log(Math.max(...(FLAG ? [3] : [4])))`,
  ],
  [
    'this of a method that is chosen',
    `const o = { n: 5, m() { return this?.n } }; log((FLAG ? o.m : o.m).call({ n: 7 })); log((FLAG ? o : o).m())`,
  ],
  [
    'generators',
    `function* g() { if (FLAG) { yield 1; return 2 } yield 3 } log([...g()]); function* h() { const r: any = yield FLAG; log('r', r) } const it = h(); log(it.next().value); it.next(9)`,
  ],
  [
    'generators that wait',
    `async function* g() { if (!FLAG) return; yield 1 } async function m() { for await (const x of g()) log(x); log('done') } later(m())`,
  ],
  [
    'await behind &&',
    `async function m() { if (FLAG && await Promise.resolve(true)) log('in'); return FLAG ? await Promise.resolve(1) : 2 } later(m().then((v) => log('m', v)))`,
  ],
  ['else of an inner if', `const k: number = 1; if (k === 1) if (FLAG) log('a'); else log('b')\nlog('c')`],
  ['else of an outer if', `const k: number = 2; if (k === 1) { if (FLAG) { if (k === 1) log('x') } } else log('else')`],
  ['else of two', `const k: number = 2; if (FLAG) if (k === 1) log('x'); else log('y'); else log('z')`],
  [
    'the same name in several blocks',
    `function f() { if (FLAG) { const t = 1; log(t) } if (FLAG) { const t = 2; log(t) } return 3 } log(f())`,
  ],
  [
    'a local that is called as a global is',
    `const q = 1; if (FLAG) { const q = 2; log(q) } else { const q = 3; log(q) } log(q)`,
  ],
  ['initialisers that do something', `const s = log('kept'); if (!FLAG) log(s)`],
  ['a local that changes', `let on = FLAG; function toggle() { on = !on } toggle(); log(on)`],
  ['a namespace and an enum', `enum E { A = 1, B = 2 } namespace X { export const v = FLAG ? E.A : E.B } log(X.v)`],
  [
    'overloads',
    `function o(a: string): string; function o(a: number): number; function o(a: any) { return FLAG ? a : null } log(o(1)); log(o('s'))`,
  ],
  ['satisfies and as', `log((FLAG satisfies boolean) ? 1 : 2); log((FLAG as any as boolean) ? 1 : 2)`],
  [
    'lines that end as on Windows',
    `const on = FLAG;\r\nif (on) {\r\n  log('a');\r\n} else {\r\n  log('b');\r\n}\r\nlog('c');\r\n`,
  ],
  [
    'super',
    `class P { constructor(public a: any) {} m() { return 'p' } } class C extends P { constructor() { super(FLAG ? 1 : 2); if (!FLAG) log('old') } m() { return FLAG ? super.m() + 'n' : 'c' } } log(new C().a, new C().m())`,
  ],
  ['arguments', `function f(..._x: any[]) { const on = FLAG; return on ? arguments.length : 0 } log((f as any)(1, 2))`],
  [
    'guarded code with this',
    `class G { n = 4; run() { return flags.guard('new-checkout', {}, false, (f) => (f ? this.n : 0)) } } log(new G().run())`,
  ],
  [
    'guarded code with names of its own',
    `function g(x: number) { const r = flags.guard('new-checkout', {}, false, (f) => { const x = f ? 10 : 20; return x }); return r + x } log(g(1))`,
  ],
  [
    'guarded code that ends early',
    `function g() { flags.guard('new-checkout', {}, false, (f) => { if (f) return; log('old') }); log('after') } g()`,
  ],
  [
    'guarded code in a loop',
    `for (const i of [1, 2]) { flags.guard('new-checkout', {}, false, (f) => { if (!f) return; log('it', i) }); }`,
  ],
  [
    'conditions in conditions',
    `const k: any = 3; log(k === 1 ? 'a' : FLAG ? 'b' : k === 2 ? 'c' : 'd'); log((FLAG ? k : 2) * 2); log((FLAG ? 1 : 2, 5))`,
  ],
  [
    'a class that is chosen',
    `class Q { constructor(public z = 1) {} } log(new (FLAG ? Q : Q)(5).z); const h: any = (FLAG ? (a: any) => a : (b: any) => b + 1); log(h(3))`,
  ],
  [
    'a branch that throws',
    `function f() { if (!FLAG) { throw new Error('old') } log('kept'); return 1 } try { log(f()) } catch (e) { log((e as Error).message) }`,
  ],
  [
    'what is exported',
    `export const isOn = FLAG; export function f() { return isOn ? 1 : 2 } log(f()); const own = FLAG; export { own as other }`,
  ],
  [
    'a declaration that is merged',
    `interface M { a: 1 } class M { b = FLAG } log(new M().b); const on = FLAG; const other: typeof on = on; log(other)`,
  ],
  [
    'arguments that do something',
    `let n = 0; const seen: any = {}; if (flags.variation('new-checkout', { n: n++, s: Object.assign(seen, { a: 1 }) }, false)) log('on'); log(n, seen.a)`,
  ],
];

const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } };

/** All that can be seen of a program. */
async function traceOf(code: string, value: boolean): Promise<readonly string[]> {
  const trace: string[] = [];
  const waiting: Promise<unknown>[] = [];
  const log = (...given: readonly unknown[]): unknown => {
    trace.push(JSON.stringify(given));
    return given[0];
  };
  const client = {
    variation: () => value,
    guard: (_key: string, _context: unknown, _fallback: unknown, run: (given: boolean) => unknown) => run(value),
  };
  const { code: script } = transformSync(code, { loader: 'ts', format: 'cjs', target: 'es2022', tsconfigRaw });
  const module = { exports: {} };
  compileFunction(script, ['module', 'exports', 'require', 'log', 'later'])(
    module,
    module.exports,
    () => ({ createClient: () => client }),
    log,
    (what: Promise<unknown>) => waiting.push(what),
  );
  await Promise.all(waiting);
  return trace;
}

describe.for([true, false])('a flag that is %s goes from a program with', (value) => {
  test.for(PROGRAMS)('%s, which does what it did', async ([_, body]) => {
    const asked = body.replaceAll('FLAG', "flags.variation('new-checkout', {}, false)");
    const code = `import { createClient } from '@glidepath/sdk-node';\nconst flags = createClient();\n${asked}\n`;
    const left = pruneIn({ 'a.ts': code }, { value, variation: value ? 'on' : 'off' }).text('a.ts');
    expect(left).not.toContain('new-checkout');
    expect(await traceOf(left, value), left).toEqual(await traceOf(code, value));
  });
});
