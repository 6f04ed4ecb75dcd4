import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineFor, readsIn } from './testing-code.ts';

const NODE = `import { createClient } from '@glidepath/sdk-node';\nconst flags = createClient();\n`;
const PAGE = `import { createClient } from '@glidepath/sdk-browser';\nconst flags = createClient({ clientKey: 'gp_cli_1' });\n`;
const REACT = (names: string) => `import { ${names} } from '@glidepath/sdk-browser/react';\n`;

const found = (file: string, source: string, more: Readonly<Record<string, string>> = {}): readonly string[] =>
  readsIn({ [file]: source, ...more }).reads.map((read) => lineFor(read).replace(`${file}:`, ''));

describe('a key that is empty', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['until another is assigned', "let key = '';\nkey = name();\nflags.variation(key, u, 1);", '5 variation ? = 1'],
    [
      'until one of two is assigned',
      "let key = '';\nif (x) key = 'beta';\nflags.variation(key, u, 1);",
      '4 constant beta',
      '5 variation beta,? = 1',
    ],
    ['for good', "flags.variation('', u, 1);", '3 variation ? = 1'],
  ])('%s', ([, source, ...expected]) => {
    expect(found('a.ts', `${NODE}${source}`)).toEqual(expected);
  });
});

test.for<[what: string, before: string]>([
  ['a mark of the byte order', '\ufeff'],
  ['a line for the shell', '#!/usr/bin/env node\n'],
  ['both', '\ufeff#!/usr/bin/env node\n'],
])('a file may begin with %s', ([, before]) => {
  expect(found('a.js', `${before}${NODE}flags.variation('a', u, 1);`)).toEqual([
    `${before.includes('\n') ? 4 : 3} variation a = 1`,
  ]);
});

test('code that is nested too deeply is told of, and keeps no other file from being read', () => {
  const deep = `${NODE}flags.variation(${'['.repeat(20_000)}${']'.repeat(20_000)});`;
  const { reads, unread } = readsIn({
    'deep.ts': deep,
    'a.ts': `import './deep.ts';\n${NODE}flags.variation('a', u, 1);`,
  });
  expect(reads.map(lineFor)).toEqual(['a.ts:4 variation a = 1']);
  expect([...unread.values()]).toEqual(['it is nested too deeply']);
});

describe('a type that lists the flags', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['with quotes', "export interface ShopFlags {\n  'new-checkout': boolean;\n}", '2 type new-checkout'],
    ['without', 'type FlagSchema = {\n  readonly beta: boolean;\n};', '2 type beta'],
    ['that is of something else', 'interface FlagProps { beta: boolean }\ninterface Tests { beta: boolean }'],
  ])('%s', ([, source, ...expected]) => {
    expect(found('a.ts', source)).toEqual(expected);
  });
});

describe('a call of one of the packages', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    [
      'of the server',
      `${NODE}flags.variation('new-checkout', { key: 'u' }, false);`,
      '3 variation new-checkout = false',
    ],
    ['for a detail', `${NODE}flags.variationDetail('size', user, 20).value;`, '3 variationDetail size = 20'],
    ['of the page', `${PAGE}flags.variation('new-checkout', false);`, '3 variation new-checkout = false'],
    ['that is not counted', `${PAGE}flags.peek('new-checkout', false);`, '3 peek new-checkout = false'],
    ['that is optional', `${NODE}flags?.variation?.('a', user, 'x');`, '3 variation a = "x"'],
    ['guarded', `${NODE}flags.guard('a', user, false, (on) => (on ? one() : two()));`, '3 guard a = false'],
    ['watched', `${NODE}flags.watch('a', user, 1, (now) => apply(now.value));`, '3 watch a = 1'],
    ['of a migration', `${NODE}const moved = flags.migration('a', { fallbackStage: 'off', read });`, '3 migration a'],
    ['in the shadow', `${NODE}await flags.shadow('a', user, { control, candidate });`, '3 shadow a'],
    ['for a store', `${PAGE}const shown = flags.store('a', false);`, '3 store a = false'],
    ['for events', `${PAGE}flags.on('change:a', render);\nflags.on('ready', render);`, '3 on a'],
    ['in a scope', `${NODE}flags.forContext(user).variation('a', false);`, '3 variation a = false'],
    ['in the scope around', `${NODE}flags.current().guard('a', 1, (v) => run(v));`, '3 guard a = 1'],
    ['in a scope given', `${NODE}flags.runWithContext(user, (scope) => scope.variation('a', 2));`, '3 variation a = 2'],
    ['among all values', `${NODE}flags.allFlagsState(user).values['a'];`, '3 allFlagsState a'],
    [
      'through `require`',
      `const { createClient } = require('@glidepath/sdk-node');\nconst c = createClient();\nc.variation('a', u, 1);`,
      '3 variation a = 1',
    ],
    [
      'through a namespace',
      `import * as gp from '@glidepath/sdk-node';\nexport const c = gp.createClient();\nc.variation('a', u, 1);`,
      '3 variation a = 1',
    ],
    [
      'through `import()`',
      `const { createClient } = await import('@glidepath/sdk-node');\ncreateClient().variation('a', u, 1);`,
      '2 variation a = 1',
    ],
    ['destructured', `${PAGE}const { variation } = flags;\nvariation('a', 1);`, '4 variation a = 1'],
    ['destructured by another name', `${NODE}const { variation: ask } = flags;\nask('a', u, 1);`, '4 variation a = 1'],
    ['bound', `${NODE}const ask = flags.variation.bind(flags);\nask('a', u, 1);`, '4 variation a = 1'],
    [
      'of a client assigned later',
      `import { createClient } from '@glidepath/sdk-node';\nlet c;\nexport function start() { c = createClient(); }\nexport const on = () => c.variation('a', u, 1);`,
      '4 variation a = 1',
    ],
    [
      'of a client typed so',
      `import type { FlagsClient } from '@glidepath/sdk-node';\nexport const on = (c: FlagsClient) => c.variation('a', u, 1);`,
      '2 variation a = 1',
    ],
    [
      'of a typed member',
      `import type { FlagsClient } from '@glidepath/sdk-node';\nclass Pay { constructor(private readonly c: FlagsClient) {}\n on() { return this.c.variation('a', u, 1); } }`,
      '3 variation a = 1',
    ],
    [
      'of a private member',
      `${NODE}class Pay { #c = createClient();\n on() { return this.#c.variation('a', u, 1); } }`,
      '4 variation a = 1',
    ],
    [
      'of a typed property',
      `import type { FlagsClient } from '@glidepath/sdk-node';\ninterface Deps { c: FlagsClient }\nexport const on = ({ c }: Deps) => c.variation('a', u, 1);`,
      '3 variation a = 1',
    ],
    [
      'compiled to CommonJS',
      `var sdk_1 = require('@glidepath/sdk-node');\nexports.c = (0, sdk_1.createClient)();\nexports.c.variation('a', u, 1);`,
      '3 variation a = 1',
    ],
    [
      'of a test',
      `import { createTestClient } from '@glidepath/sdk-node/testing';\nconst c = createTestClient({ 'a': true, b: 1 });\nc.set('a', false);`,
      '2 createTestClient a',
      '2 createTestClient b',
      '3 set a',
    ],
    [
      'with values to start from',
      `import { createClient } from '@glidepath/sdk-node';\ncreateClient({ bootstrap: { values: { a: true } } });`,
      '2 createClient a',
    ],
  ])('%s is found', ([, source, ...expected]) => {
    expect(found('a.ts', source)).toEqual(expected);
  });
});

describe('in React', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['a hook', `${REACT('useFlag')}const A = () => <b>{useFlag('a', 'x')}</b>;`, '2 useFlag a = "x"'],
    ['a hook by another name', `${REACT('useFlag as uf')}const A = () => uf('a', 1);`, '2 useFlag a = 1'],
    [
      'a hook for details',
      `${REACT('useFlagDetail')}const A = () => useFlagDetail('a', 1).value;`,
      '2 useFlagDetail a = 1',
    ],
    [
      'a hook that waits',
      `${REACT('useSuspenseFlag')}const A = () => useSuspenseFlag('a', 1);`,
      '2 useSuspenseFlag a = 1',
    ],
    [
      'a component',
      `${REACT('Feature')}const A = () => <Feature flag="a" fallback={false}>new</Feature>;`,
      '2 Feature a = false',
    ],
    [
      'a component with an expression',
      `${REACT('Feature')}const A = () => <Feature flag={'a'} fallback={!1}><b /></Feature>;`,
      '2 Feature a = false',
    ],
    [
      'a component of a namespace',
      `import * as gp from '@glidepath/sdk-browser/react';\nconst A = () => <gp.Feature flag="a" fallback={1}>x</gp.Feature>;`,
      '2 Feature a = 1',
    ],
    [
      'a compiled component',
      `${REACT('Feature')}import { jsx as _jsx } from 'react/jsx-runtime';\nconst A = () => _jsx(Feature, { flag: 'a', fallback: 1, children: 'x' });`,
      '3 Feature a = 1',
    ],
    [
      'the client of the provider',
      `${REACT('useFlagsClient')}const A = () => useFlagsClient().variation('a', 1);`,
      '2 variation a = 1',
    ],
    [
      'the provider of a test',
      `import { TestFlagsProvider } from '@glidepath/sdk-browser/react/testing';\nconst a = <TestFlagsProvider flags={{ 'new-checkout': true }}><A /></TestFlagsProvider>;`,
      '2 TestFlagsProvider new-checkout',
    ],
    [
      'a hook of the code`s own',
      `${REACT('useFlag')}export const useFeature = (key: string, otherwise = false) => useFlag(key, otherwise);\nconst A = () => useFeature('a', true);`,
      '2 useFlag ? = undefined',
      '3 useFeature a = true',
    ],
    [
      'a component of the code`s own',
      `${REACT('useFlag')}const Gate = ({ flag, children }) => useFlag(flag, false) ? children : null;\nconst A = () => <Gate flag="a">new</Gate>;`,
      '2 useFlag ? = false',
      '3 Gate a',
    ],
    [
      'a component of the code`s own whose props have a type',
      `${REACT('useFlag')}const Gate = ({ flag, children }: { readonly flag: string; children: Node }) => useFlag(flag, false) ? children : null;\nconst A = () => <Gate flag="a">new</Gate>;`,
      '2 useFlag ? = false',
      '3 Gate a',
    ],
    [
      'a component with all its props, which have a type',
      `${REACT('useFlag')}interface Props { name: string }\nfunction Gate(props: Props) { return useFlag(props.name, false); }\nconst A = () => <Gate name="a" />;`,
      '3 useFlag ? = false',
      '4 Gate a',
    ],
    [
      'a function of the code`s own that takes an object with a key',
      `${REACT('useFlag')}const flag = ({ key }: { key: string }) => () => useFlag(key, false);\nconst useA = flag({ key: 'a' });`,
      '2 useFlag ? = false',
      '3 flag a',
    ],
    [
      'a component with all its props',
      `${REACT('useFlag')}function Gate(props) { return useFlag(props.name, false) ? props.children : null; }\nconst A = () => <Gate name="a">new</Gate>;`,
      '2 useFlag ? = false',
      '3 Gate a',
    ],
  ])('%s is found', ([, source, ...expected]) => {
    expect(found('a.tsx', source)).toEqual(expected);
  });
});

describe('a call of OpenFeature', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    [
      'for a value',
      `import { OpenFeature } from '@openfeature/server-sdk';\nconst c = OpenFeature.getClient();\nawait c.getBooleanValue('a', false, user);`,
      '3 getBooleanValue a = false',
    ],
    [
      'for details',
      `import { OpenFeature } from '@openfeature/web-sdk';\nOpenFeature.getClient('x').getStringDetails('a', 'x').value;`,
      '2 getStringDetails a = "x"',
    ],
    [
      'by a hook',
      `import { useBooleanFlagValue } from '@openfeature/react-sdk';\nconst A = () => useBooleanFlagValue('a', false);`,
      '2 useBooleanFlagValue a = false',
    ],
    [
      'by a hook for details',
      `import { useNumberFlagDetails } from '@openfeature/react-sdk';\nconst A = () => useNumberFlagDetails('a', 1).value;`,
      '2 useNumberFlagDetails a = 1',
    ],
    [
      'by a component',
      `import { FeatureFlag } from '@openfeature/react-sdk';\nconst A = () => <FeatureFlag flagKey="a" defaultValue={false}>x</FeatureFlag>;`,
      '2 FeatureFlag a = false',
    ],
    [
      'by a decorator',
      `import { BooleanFeatureFlag } from '@openfeature/nestjs-sdk';\nclass C { get(@BooleanFeatureFlag({ flagKey: 'a', defaultValue: false }) a) {} }`,
      '2 BooleanFeatureFlag a = false',
    ],
    [
      'of a typed client',
      `import { Client } from '@openfeature/server-sdk';\nexport const on = (c: Client) => c.getObjectValue('a', {});`,
      '2 getObjectValue a = {}',
    ],
  ])('%s is found', ([, source, ...expected]) => {
    expect(found('a.tsx', source)).toEqual(expected);
  });
});

describe('a key', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['in a constant', `${NODE}const KEY = 'a';\nflags.variation(KEY, u, 1);`, '3 constant a', '4 variation a = 1'],
    [
      'in an object',
      `${NODE}const KEYS = { CHECKOUT: 'a', other: 'b' } as const;\nflags.variation(KEYS.CHECKOUT, u, 1);`,
      '3 constant a',
      '4 variation a = 1',
    ],
    [
      'in a nested object',
      `${NODE}const K = Object.freeze({ pay: { new: 'a' } });\nflags.variation(K.pay['new'], u, 1);`,
      '3 constant a',
      '4 variation a = 1',
    ],
    [
      'in an enum',
      `${NODE}enum Flag { Checkout = 'a' }\nflags.variation(Flag.Checkout, u, 1);`,
      '3 constant a',
      '4 variation a = 1',
    ],
    [
      'in a constant enum',
      `${NODE}export const enum Flag { Checkout = 'a' }\nflags.variation(Flag['Checkout'], u, 1);`,
      '3 constant a',
      '4 variation a = 1',
    ],
    [
      'in a static member',
      `${NODE}class Keys { static readonly CHECKOUT = 'a' }\nflags.variation(Keys.CHECKOUT, u, 1);`,
      '3 constant a',
      '4 variation a = 1',
    ],
    ['without expressions', `${NODE}flags.variation(\`a\`, u, 1);`, '3 variation a = 1'],
    ['put together', `${NODE}flags.variation('a' + '-b', u, 1);`, '3 variation a-b = 1'],
    [
      'put together with a constant',
      `${NODE}const TEAM = 'pay';\nflags.variation(\`\${TEAM}-x\`, u, 1);`,
      '4 variation pay-x = 1',
    ],
    ['of two', `${NODE}flags.variation(isNew ? 'a' : 'b', u, 1);`, '3 variation a,b = 1'],
    [
      'of many',
      `${NODE}const KEYS = ['a', 'b'];\nKEYS.map((key) => flags.variation(key, u, 1));`,
      '3 constant a',
      '3 constant b',
      '4 variation a,b = 1',
    ],
    [
      'of a loop',
      `${NODE}for (const key of ['a', 'b']) flags.variation(key, u, 1);`,
      '3 constant a',
      '3 constant b',
      '3 variation a,b = 1',
    ],
    ['or another', `${NODE}flags.variation(process.env.KEY ?? 'a', u, 1);`, '3 variation a,? = 1'],
    ['that is computed', `${NODE}flags.variation(\`team-\${name}\`, u, 1);`, '3 variation ? = 1'],
    ['that is anybody’s', `${NODE}app.get('/', (req) => flags.variation(req.query.flag, u, 1));`, '3 variation ? = 1'],
    [
      'declared',
      `import { defineFlag } from '@glidepath/sdk-node';\nexport const a = defineFlag('a', { fallback: false });`,
      '2 defineFlag a = false',
    ],
    [
      'declared, and asked for',
      `${NODE}import { defineFlag } from '@glidepath/sdk-node';\nconst a = /* @__PURE__ */ defineFlag('a', { fallback: 7 });\nflags.variation(a, u);`,
      '4 defineFlag a = 7',
      '5 variation a = 7',
    ],
    [
      'among what is declared',
      `${NODE}import { defineFlag } from '@glidepath/sdk-node';\nconst all = { pay: defineFlag('a', { fallback: 7 }) };\nflags.variation(all.pay, u);`,
      '4 defineFlag a = 7',
      '5 variation a = 7',
    ],
  ])('%s is read', ([, source, ...expected]) => {
    expect(found('a.ts', source)).toEqual(expected);
  });
});

describe('across files', () => {
  const CLIENT = { 'flags.ts': `${NODE}export { flags };\nexport default flags;` };
  test.for<[what: string, source: string, more: Record<string, string>, ...expected: string[]]>([
    ['a client', `import { flags } from './flags.js';\nflags.variation('a', u, 1);`, CLIENT, '2 variation a = 1'],
    ['a default', `import f from './flags';\nf.variation('a', u, 1);`, CLIENT, '2 variation a = 1'],
    [
      'a client sent on',
      `import { flags } from './lib';\nflags.variation('a', u, 1);`,
      { ...CLIENT, 'lib/index.ts': `export * from '../flags.ts';` },
      '2 variation a = 1',
    ],
    ['a namespace', `import * as f from './flags.ts';\nf.flags.variation('a', u, 1);`, CLIENT, '2 variation a = 1'],
    [
      'a name of TypeScript',
      `import { flags } from '@lib/flags';\nflags.variation('a', u, 1);`,
      {
        'src/flags.ts': CLIENT['flags.ts'],
        'tsconfig.json': `{ // paths\n "compilerOptions": { "paths": { "@lib/*": ["./src/*"] }, } }`,
      },
      '2 variation a = 1',
    ],
    [
      'a constant',
      `${NODE}import { KEYS as K } from './keys.ts';\nflags.variation(K.A, u, 1);`,
      { 'keys.ts': `export const KEYS = { A: 'a' } as const;` },
      '4 variation a = 1',
      'keys.ts:1 constant a',
    ],
    [
      'an enum',
      `${NODE}import { Flag } from './keys.ts';\nflags.variation(Flag.A, u, 1);`,
      { 'keys.ts': `export enum Flag { A = 'a' }` },
      '4 variation a = 1',
      'keys.ts:1 constant a',
    ],
    [
      'CommonJS',
      `const { KEYS } = require('./keys');\nconst flags = require('./client');\nflags.variation(KEYS.A, u, 1);`,
      {
        'keys.js': `exports.KEYS = { A: 'a' };`,
        'client.js': `module.exports = require('@glidepath/sdk-node').createClient();`,
      },
      '3 variation a = 1',
      'keys.js:1 constant a',
    ],
    [
      'a declared flag',
      `${NODE}import { newA } from './declared.ts';\nflags.variation(newA, u);`,
      {
        'declared.ts': `import { defineFlag } from '@glidepath/sdk-node';\nexport const newA = defineFlag('a', { fallback: 'x' });`,
      },
      '4 variation a = "x"',
      'declared.ts:2 defineFlag a = "x"',
    ],
    [
      'a wrapper',
      `import { isOn } from './flags.ts';\nif (isOn('a')) run();`,
      { 'flags.ts': `${NODE}export const isOn = (key: string) => flags.variation(key, u, false);` },
      '2 isOn a',
      'flags.ts:3 variation ? = false',
    ],
    [
      'a wrapper of a wrapper',
      `import { isOn } from './on.ts';\nif (isOn('a')) run();`,
      {
        'on.ts': `import { ask } from './flags.ts';\nexport function isOn(key) { return ask({}, key); }`,
        'flags.ts': `${NODE}export const ask = (user, key) => flags.variation(key, user, false);`,
      },
      '2 isOn a',
      'on.ts:2 ask ?',
      'flags.ts:3 variation ? = false',
    ],
    [
      'a method that wraps',
      `import { Flags } from './flags.ts';\nconst f = new Flags();\nf.isOn('a', true);`,
      {
        'flags.ts': `${NODE}export class Flags { isOn(key: string, otherwise: boolean) { return flags.variation(key, u, otherwise); } }`,
      },
      '3 isOn a = true',
      'flags.ts:3 variation ? = undefined',
    ],
    [
      'a hook that hands out calls',
      `import { useFlags } from './hook.ts';\nconst { variation } = useFlags();\nvariation('a', 1);`,
      {
        'hook.ts': `import { useFlagsClient } from '@glidepath/sdk-browser/react';\nexport const useFlags = () => useFlagsClient();`,
      },
      '3 variation a = 1',
    ],
  ])('%s is followed', ([, source, more, ...expected]) => {
    expect(found('a.ts', source, more)).toEqual(expected);
  });
});

describe('what cannot be traced', () => {
  const known = new Set(['new-checkout']);
  test.for<[what: string, source: string, ...expected: string[]]>([
    [
      'named after flags counts',
      `export const on = (featureFlags) => featureFlags.variation('nobody-knows', u, false);`,
      '1 variation nobody-knows = false',
    ],
    [
      'beside the package counts',
      `import { defineFlag } from '@glidepath/sdk-node';\nexport const on = (c) => c.variation('nobody-knows', u, 1);`,
      '2 variation nobody-knows = 1',
    ],
    [
      'counts with a key that there is',
      `export const on = (ctx) => ctx.client.variation('new-checkout', u, false);`,
      '1 variation new-checkout = false',
    ],
    [
      'with a bound context counts too',
      `export const on = (ctx) => ctx.client.variation('new-checkout', false);`,
      '1 variation new-checkout = false',
    ],
    [
      'but of a package named after flags counts',
      `import { useFlag } from '@acme/flags';\nconst a = useFlag('nobody-knows', 1);`,
      '2 useFlag nobody-knows = 1',
    ],
    ['with another key is none of ours', `export const on = (paint) => paint.variation('dark', 1, 2);`],
    ['with a computed key is none of ours', `export const on = (paint, name) => paint.variation(name, 1, 2);`],
    [
      'as a function with a key that there is counts',
      `import { useFlag } from '@acme/ui';\nconst a = useFlag('new-checkout', 1);`,
      '2 useFlag new-checkout = 1',
    ],
    [
      'as a function with another key is none of ours',
      `import { useFlag } from '@acme/ui';\nconst a = useFlag('de', 1);`,
    ],
  ])('%s', ([, source, ...expected]) => {
    expect(readsIn({ 'a.ts': source }, { known }).reads.map((read) => lineFor(read).slice('a.ts:'.length))).toEqual(
      expected,
    );
  });
});

describe('what asks for no flag of ours', () => {
  test.for<[what: string, source: string]>([
    [
      'another service’s package',
      `import * as ld from 'launchdarkly-node-server-sdk';\nconst c = ld.init('k');\nld.variation('new-checkout', u, 1);`,
    ],
    ['an object of the code’s own', `const paint = { variation: (name) => name };\npaint.variation('new-checkout');`],
    [
      'a class of the code’s own',
      `class Paint { variation(name) { return name; } }\nnew Paint().variation('new-checkout');`,
    ],
    ['a class of CSS', `const a = <div className="new-checkout" id="beta" data-testid="beta" />;`],
    ['a class of what is named after flags', `const a = <FeatureCard className="new-checkout" id="beta" />;`],
    ['a list of classes', `element.classList.add('new-checkout');`],
    ['a route', `router.get('new-checkout', handler); const to = <Link to="new-checkout" />; navigate('beta');`],
    ['an import', `import a from 'new-checkout'; import('beta'); require('beta');`],
    ['a text to be shown', `const title = 'new-checkout'; console.log('beta'); throw new Error('beta');`],
    ['a comment', `// flags.variation('new-checkout', u, false)\n/* useFlag('beta', 1) */`],
    ['a part of a longer text', `const flags = ['new-checkout-2', 'my new-checkout'];`],
    ['a title of a test', `describe('new-checkout', () => { it('beta', () => {}); });`],
    ['a test of something else', `if (route === 'new-checkout') go(); switch (step) { case 'beta': go(); }`],
    ['a member', `const a = { 'new-checkout': 1 }; a['new-checkout'];`],
    ['a function of the same name', `function useFlag(country) { return images[country]; }\nuseFlag('beta');`],
    [
      'a shadowed name',
      `import { useFlag } from '@glidepath/sdk-browser/react';\nconst a = (useFlag) => useFlag('de');`,
    ],
    ['an event', `import { createClient } from '@glidepath/sdk-node';\ncreateClient().on('status', go);`],
    ['a type of literal', `type Step = 'new-checkout' | 'beta';`],
  ])('%s', ([, source]) => {
    expect(found('a.tsx', source)).toEqual([]);
  });
});

describe('a key in something named after flags', () => {
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['a list', `export const flags = ['new-checkout', 'unknown'];`, '1 text new-checkout'],
    ['a map', `export const OWNERS_OF_FLAGS = { 'new-checkout': 'ann' };`, '1 text new-checkout'],
    ['a helper of tests', `mockFlags({ 'new-checkout': true });`, '1 text new-checkout'],
    ['an attribute', `const a = <Banner featureKey="new-checkout" />;`, '1 text new-checkout'],
    ['an attribute of an element', `const a = <FeatureFlagged with="new-checkout" />;`, '1 text new-checkout'],
    ['a type', `type FlagKey = 'new-checkout' | 'other';`, '1 text new-checkout'],
    ['a comparison', `if (flagKey === 'new-checkout') go();`, '1 text new-checkout'],
    ['a constant that nobody uses', `export const NEW_CHECKOUT_FLAG = 'new-checkout';`, '1 text new-checkout'],
  ])('is told as a text: %s', ([, source, ...expected]) => {
    expect(found('a.tsx', source)).toEqual(expected);
  });
});

describe('wrappers that the configuration names', () => {
  const wrappers = [
    { name: 'isEnabled', key: 0, fallback: 2 },
    { name: 'toggles.ask', key: 'name', fallback: 'otherwise' },
    { name: 'Gate', key: 'on', fallback: 'else' },
  ];
  test.for<[what: string, source: string, ...expected: string[]]>([
    ['a function', `import { isEnabled } from '@acme/x';\nisEnabled('a', u, true);`, '2 isEnabled a = true'],
    ['a method', `unleash.isEnabled('a', u, 1);`, '1 isEnabled a = 1'],
    ['by another name', `import { isEnabled as on } from '@acme/x';\non('a');`, '2 isEnabled a'],
    ['that takes an object', `this.toggles.ask({ name: 'a', otherwise: 3 });`, '1 ask a = 3'],
    ['but not another’s', `menu.ask({ name: 'a' });`],
    ['a component', `const a = <Gate on="a" else={0}>x</Gate>;`, '1 Gate a = 0'],
    ['a computed key', `isEnabled(key);`, '1 isEnabled ?'],
  ])('%s', ([, source, ...expected]) => {
    expect(
      readsIn({ 'a.tsx': source }, { wrappers }).reads.map((read) => lineFor(read).slice('a.tsx:'.length)),
    ).toEqual(expected);
  });
});

describe('whether the value may take its place', () => {
  test.for<[source: string, isReplaceable: boolean]>([
    [`${NODE}flags.variation('a', u, 1);`, true],
    [`${NODE}flags.variation(x ? 'a' : 'b', u, 1);`, false],
    [`${NODE}flags.watch('a', u, 1, go);`, false],
    [`${NODE}const isOn = (key) => flags.variation(key, u, 1);\nisOn('a');`, true],
    [`${NODE}const isOn = (key) => !flags.variation(key, u, 1);\nisOn('a');`, false],
    [`${NODE}const isOn = async (key) => flags.variation(key, u, 1);\nisOn('a');`, false],
    [`${NODE}const isOn = async (key) => flags.variation(key, u, 1);\nawait isOn('a');`, true],
    [
      `import { OpenFeature } from '@openfeature/server-sdk';\nconst a = OpenFeature.getClient().getBooleanValue('a', false);`,
      false,
    ],
    [
      `import { OpenFeature } from '@openfeature/server-sdk';\nconst a = await OpenFeature.getClient().getBooleanValue('a', false);`,
      true,
    ],
    [
      `import { OpenFeature } from '@openfeature/web-sdk';\nconst a = OpenFeature.getClient().getBooleanValue('a', false);`,
      true,
    ],
    [`export const a = (flags) => flags.getBooleanValue('a', false).then(go);`, false],
  ])('%s', ([source, isReplaceable]) => {
    expect(readsIn({ 'a.ts': source }).reads.at(-1)).toMatchObject({ isReplaceable });
  });
});

describe('whatever is in a file', () => {
  const pieces = fc.constantFrom(
    'import { useFlag } from "@glidepath/sdk-browser/react";',
    'import x from "./b.ts";',
    'const { a: [b = c], ...d } = useFlag(a)',
    'flags.variation(',
    '"new-checkout"',
    'class A extends A { #x = this.#x; get y() { return this.y } }',
    'let k = k + k; k = k ?? "a";',
    'function f(a = f(), { b }) { return f(b) }',
    'export * from "./a.ts";',
    'enum E { A = E.A, B = "x" }',
    '<Feature flag={x}>',
    '`${',
    '}',
    ')',
    '{',
    '\u0000',
    '/*',
    'export default f;',
    'module.exports = exports = module.exports.x;',
  );
  const junk = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(pieces, { maxLength: 12 }).map((all) => all.join('\n')),
  );

  test('nothing throws: what cannot be read is told', () => {
    fc.assert(
      fc.property(junk, junk, fc.constantFrom('a.ts', 'a.tsx', 'a.js', 'a.vue'), (a, b, name) => {
        const { reads, unread } = readsIn({ [name]: a, 'b.ts': b });
        expect(reads.every(({ line }) => line > 0)).toBe(true);
        for (const why of unread.values()) expect(why).not.toBe('');
      }),
      { numRuns: 300 },
    );
  });

  test.for<[what: string, source: string]>([
    ['a list of itself', `let all = ['a']; all = [...all, 'b']; all.map((key) => flags.variation(key, u, 1));`],
    [
      'an object of itself',
      `let all = { a: 'a' }; all = { ...all }; flags.variation(all[x], u, 1); flags.variation(all.b, u, 1);`,
    ],
    [
      'a file that exports itself',
      `export * from './a.ts'; import { flags } from './a.ts'; flags.variation('a', u, 1);`,
    ],
    [
      'files that export each other',
      `export * from './b.ts'; import { flags } from './b.ts'; flags.variation('a', u, 1);`,
    ],
    ['a class above itself', `class A extends B {} class B extends A {} new A().flags.variation('a', u, 1);`],
    ['a function that answers itself', `const f = () => f(); f().variation('a', u, 1);`],
    ['a type of itself', `type A = { a: A } | A; const x = (flags: A) => flags.a.a.variation('a', u, 1);`],
    ['ten thousand terms', `flags.variation(${"'a' + ".repeat(10_000)}'a', u, 1);`],
  ])('%s comes to an end', ([, source]) => {
    expect(() => readsIn({ 'a.ts': source, 'b.ts': `export * from './a.ts';` })).not.toThrow();
  });

  test('a file that is no program is told, and why', () => {
    const { reads, unread } = readsIn({ 'a.ts': `useFlag('new-checkout', \n}}}` });
    expect([reads, [...unread.keys()]]).toEqual([[], ['/shop/a.ts']]);
  });
});
