import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFile } from '../prune/scoped.ts';
import { type Path, within } from './path.ts';
import { scopesOf } from './scopes.ts';

/** Every name in a program, and where what it stands for is declared and given something else: as we see it, and as Babel does. */
function seenBoth(code: string): readonly [ours: readonly string[], theirs: readonly string[]] {
  const { ast, program } = parseFile('a.ts', code);
  const top: Path<typeof ast.program> = { node: ast.program, parentPath: null, key: 'program' };
  const scopes = scopesOf(top, () => false);
  const ours: string[] = [];
  within(top, (node, pathOf) => {
    if (node.type !== 'Identifier') return undefined;
    const found = scopes.bindingOf(pathOf(), node.name);
    ours.push(told(node, found?.identifier, found?.changes.map((path) => path.node) ?? []));
    return undefined;
  });
  const theirs: string[] = [];
  program.traverse({
    Identifier({ node, scope }) {
      const found = scope.getBinding(node.name);
      theirs.push(told(node, found?.identifier, found?.constantViolations.map((path) => path.node) ?? []));
    },
  });
  return [ours, theirs];
}

interface Placed {
  readonly start?: number | null | undefined;
}

const told = (node: Placed & { readonly name: string }, declared: Placed | undefined, changes: readonly Placed[]) =>
  `${node.name}@${node.start} is ${declared?.start ?? '-'}, changed ${changes.map(({ start }) => start).join(' ')}`;

const name = fc.constantFrom('a', 'b', 'c', 'key');

const { statement } = fc.letrec<{ statement: string; body: string; value: string }>((tie) => {
  const value = tie('value');
  const body = tie('body');
  const made = (parts: TemplateStringsArray, ...given: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc.tuple(...given).map((texts) => String.raw({ raw: parts }, ...texts));
  return {
    value: fc.oneof(
      { maxDepth: 3 },
      name,
      fc.constant("'new-checkout'"),
      made`(${name} = ${value}) => ${value}`.map((code) => `(${code})`),
      made`(function ${name}(${name}, { ${name}: d = ${value} }) { ${body} })`,
      made`(class ${name} extends ${name} { [${value}](${name}) { ${body} } static { ${body} } })`,
      made`ask(${value}, ${value})`,
    ),
    body: fc.array(tie('statement'), { maxLength: 2 }).map((all) => all.join('\n')),
    statement: fc.oneof(
      { maxDepth: 4 },
      made`var ${name} = ${value};`,
      made`var [${name}, , ...${name}] = ${value};`,
      made`{ let ${name} = ${value}; ${body} }`,
      made`${name} = ${value};`,
      made`${name}++;`,
      made`[${name}, e.x] = ${value};`,
      made`for (const ${name} of ${value}) { ${body} }`,
      made`for (${name} in ${value}) { ${body} }`,
      made`for (let ${name} = ${value}; ${name}; ) { ${body} }`,
      made`while (${value}) { var ${name} = ${value}; ${body} }`,
      made`switch (${value}) { case ${value}: ${body} }`,
      made`try { ${body} } catch (${name}) { ${body} }`,
      made`try { ${body} } catch ({ ${name}, x = ${value} }) { ${body} }`,
      made`{ function ${name}(${name}) { ${body} } ${body} }`,
      made`{ class ${name} { x = ${value}; get ${name}() { ${body} } } ${body} }`,
      made`const o: { ${name}: typeof ${name} } = { ${name}, x: ${value} };`.map((code) => `{ ${code} }`),
    ),
  };
});

test('a name stands for what it does for Babel, wherever in a program it is', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 2 }), (statements) => {
      let both: ReturnType<typeof seenBoth>;
      try {
        both = seenBoth(statements.join('\n'));
      } catch {
        // A name that is declared twice: Babel makes no scopes of that.
        return;
      }
      compared += 1;
      expect(both[0]).toEqual(both[1]);
    }),
    { numRuns: 60, seed: 7 },
  );
  expect(compared).toBeGreaterThan(25);
});

test.for<readonly [what: string, code: string]>([
  ['imports', "import a, { b as c } from 'x'; import * as d from 'y'; import e = require('z'); use(a, c, d, e);"],
  ['what a method is called by is no name of its own', 'class A { [k](k) { return k } } const o = { [k](k) { k } };'],
  ['a switch is not about what is declared in it', 'const k = 1; switch (k) { case 1: let k = 2; use(k); }'],
  ['defaults do not see the body', 'const b = 1; function f({ a = b }) { var b = 2; return a + b }'],
  ['arguments', 'const arguments1 = 1; function f() { return arguments.length } const g = () => arguments1;'],
  ['enums and namespaces', 'enum E { A = 1 } namespace N { export const a = E.A; var b = a; } use(N, E);'],
  ['declared types', 'declare class A {} declare function f(a: string): void; interface I { a: string } f(A);'],
  ['exports', 'export default function f() { return f } export class C {} export const { a, b: [c] } = f();'],
])('%s', ([, code]) => {
  const [ours, theirs] = seenBoth(code);
  expect(ours).toEqual(theirs);
});
