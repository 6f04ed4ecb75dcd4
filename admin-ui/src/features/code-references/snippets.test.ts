import { expect, test } from 'vitest';
import { snippetsOf } from './snippets.ts';

const variations = [
  { key: 'on', value: true },
  { key: 'off', value: false },
];
const aFlag = { key: 'new-checkout', type: 'boolean', clientSide: false, variations, environments: [] } as const;
const codeOf = (flag: Parameters<typeof snippetsOf>[0], id: string) =>
  snippetsOf(flag, 'https://flags.example').find((snippet) => snippet.id === id)?.code ?? '';

test('the key, and a fallback of the type that the flag has, stand in each snippet', () => {
  expect(codeOf(aFlag, 'node')).toContain(
    "const newCheckout = flags.variation('new-checkout', { key: user.id }, false);",
  );
  expect(codeOf(aFlag, 'openfeature')).toContain("getBooleanValue('new-checkout', false, {");
  const text = { ...aFlag, type: 'string', variations: [{ key: 'a', value: `it's "new"` }] } as const;
  expect(codeOf(text, 'openfeature')).toContain(`getStringValue('new-checkout', 'it\\'s "new"', {`);
});

test('a fallback that is too long to be read is left empty', () => {
  const long = { ...aFlag, type: 'json', variations: [{ key: 'a', value: { text: 'x'.repeat(80) } }] } as const;
  expect(codeOf(long, 'node')).toContain("variation('new-checkout', { key: user.id }, {});");
});

test('pages are told of only where browsers may receive the flag', () => {
  expect(snippetsOf(aFlag, '').map(({ id }) => id)).toEqual(['node', 'openfeature', 'curl']);
  expect(codeOf({ ...aFlag, clientSide: true }, 'react')).toContain("useFlag('new-checkout', false)");
});

test('no snippet holds a key of an environment', () => {
  for (const { code } of snippetsOf({ ...aFlag, clientSide: true }, 'https://flags.example')) {
    expect(code.match(/gp_\w+/g) ?? []).toEqual(expect.not.arrayContaining([expect.stringMatching(/gp_\w+_\w/)]));
  }
});

test.for<[key: string, constant: string]>([
  ['new-checkout', 'newCheckout'],
  ['Payments.V2', 'paymentsV2'],
  ['2fa', 'flag2fa'],
])('the value of %s is read into %s', ([key, constant]) => {
  expect(codeOf({ ...aFlag, key }, 'node')).toContain(`const ${constant} = `);
});
