/** Numbers from 0 to before `below`. */
type Pick = (below: number) => number;

/** The same programs for the same seed. Source: mulberry32 by Tommy Ettinger. */
function pickFrom(seed: number): Pick {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

type Make = (depth: number) => string;

/** A function `main(a, b, c)` that tells by `log`, `no` and `call` what it does, and reads `FLAG` all over the place. */
export function programFor(seed: number): string {
  const pick = pickFrom(seed);
  const one = (all: readonly string[]): string => all[pick(all.length)] as string;
  const choose = (makes: readonly Make[], depth: number): string => (makes[pick(makes.length)] as Make)(depth - 1);
  const id = () => String(pick(10));
  const name = () => one(['a', 'b', 'c']);

  const atom: Make = () =>
    one([
      'FLAG',
      'FLAG',
      'FLAG',
      'isNew()',
      'settled',
      name(),
      '1',
      "'v2'",
      'true',
      'false',
      'null',
      `log(${id()})`,
      `no(${id()})`,
    ]);
  const expression: Make = (depth) => (depth <= 0 ? atom(0) : choose(EXPRESSIONS, depth));
  const test: Make = (depth) => (depth <= 0 ? atom(0) : choose(TESTS, depth));
  const statement: Make = (depth) => (depth <= 0 ? `call(${atom(0)});` : choose(STATEMENTS, depth));
  const list = (depth: number, most: number): string =>
    Array.from({ length: pick(most + 1) }, () => statement(depth)).join('\n');
  const block: Make = (depth) => `{\n${list(depth, 3)}\n}`;

  const EXPRESSIONS: readonly Make[] = [
    atom,
    (d) => `(${test(d)} ? ${expression(d)} : ${expression(d)})`,
    (d) => `(${expression(d)} ${one(['&&', '||'])} ${expression(d)})`,
    (d) => `(${expression(d)} ?? ${expression(d)})`,
    (d) => `(${expression(d)}, ${expression(d)})`,
    (d) => `call(${expression(d)})`,
    (d) => `\`t\${${expression(d)}}\``,
    (d) => `keys({ ...(${test(d)} ? { p: ${expression(d)} } : {}), q: 1 })`,
    (d) => `keys([...(${test(d)} ? [${expression(d)}] : []), 1])`,
    (d) => `(${test(d)} ? o.m : call)(${expression(d)})`,
    (d) => `((x) => ${test(d)} ? { x } : {})(${expression(d)}).x`,
    (d) => `(typeof ${expression(d)})`,
  ];
  const TESTS: readonly Make[] = [
    expression,
    () => 'FLAG',
    (d) => `(${test(d)} ${one(['&&', '||'])} ${test(d)})`,
    (d) => `!${test(d)}`,
    (d) => `(${expression(d)} ${one(['===', '!==', '==', '!='])} ${one(['true', "'v2'", 'false', '1', 'null'])})`,
  ];
  const STATEMENTS: readonly Make[] = [
    (d) => `call(${expression(d)});`,
    (d) => `${name()} = ${expression(d)}`,
    (d) => `;(${expression(d)})`,
    (d) => `if (${test(d)}) ${block(d)} else ${block(d)}`,
    (d) => `if (${test(d)}) ${block(d)}`,
    (d) => `if (${test(d)}) (${expression(d)}); else call(${expression(d)})`,
    (d) => `if (${test(d)}) { return ${expression(d)} }`,
    (d) => `if (${test(d)}) return ${expression(d)};`,
    (d) => `if (${test(d)}) ${block(d)} else if (${test(d)}) ${block(d)} else ${block(d)}`,
    (d) => `if (${test(d)}) if (${test(d)}) ${block(d)} else ${block(d)}`,
    (d) => {
      const [kind, own] = one(['let x', 'const x', 'var w']).split(' ') as [string, string];
      return `{ ${kind} ${own} = ${expression(d)}; call(${own}); ${block(d)} }`;
    },
    (d) => `if (${test(d)}) { const x = ${expression(d)}; let y = x; ${list(d, 2)}\ny = 1; call([x, y]); }`,
    (d) =>
      `switch (${expression(d)}) {\ncase true:\n${list(d, 2)}\n${one(['', 'break;'])}\ncase 'v2':\n${list(d, 2)}\n${one(['break;', 'return 7;', '', `if (${test(d)}) break; log(5);`])}\ndefault:\n${list(d, 2)}\n}`,
    (d) =>
      `for (const i of [1, 2]) { if (${test(d)}) continue; ${block(d)} ${one(['', 'if (FLAG) break;'])} call(i); }`,
    (d) => `while (!FLAG) {\n${list(d, 2)}\nbreak; }`,
    (d) => {
      const label = `out${pick(1_000_000)}`;
      return `${label}: if (${test(d)}) {\n${list(d, 2)}\nbreak ${label}; }`;
    },
    (d) => `try ${block(d)} finally ${block(d)}`,
    (d) => `if (${test(d)}) { var v${pick(3)} = ${id()}; }\ncall(typeof v${pick(3)});`,
    (d) => `const f${pick(1_000_000)} = () => ${test(d)} && { q: ${expression(d)} };`,
    (d) => `call((() => {\n${list(d, 2)}\nreturn ${expression(d)}; })())`,
  ];
  return `function isNew() { return FLAG; }
function main(a, b, c) {
  const settled = FLAG;
${Array.from({ length: 1 + pick(3) }, () => statement(2)).join('\n')}
  return 'end';
}
`;
}
