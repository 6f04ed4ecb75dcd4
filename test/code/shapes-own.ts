import type { Shape } from './shapes.ts';

export const OWN_SHAPES: readonly Shape[] = [
  {
    file: 'src/declared.ts',
    what: 'a registry of flags that are declared',
    references: ['4 defineFlag new-checkout'],
  },
  {
    file: 'src/keys.ts',
    what: 'keys in an enum, and in an object',
    references: ['2 constant new-checkout', '7 constant new-checkout', '11 constant theme'],
  },
  {
    file: 'src/ts/plain-if.ts',
    what: 'if and else',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/early-return.ts',
    what: 'an early return',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/ternary.ts',
    what: 'a condition within a text',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/and-or.ts',
    what: '&& and || with other conditions',
    references: [
      '8 variation new-checkout',
      '9 variation new-checkout',
      '10 variation new-checkout',
      '11 variation new-checkout',
    ],
  },
  {
    file: 'src/ts/negated-local.ts',
    what: 'a local that is negated',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/switch-string.ts',
    what: 'a switch over texts',
    references: ['8 variation theme'],
  },
  {
    file: 'src/ts/switch-fallthrough.ts',
    what: 'a switch that falls through',
    references: ['6 variation theme'],
  },
  {
    file: 'src/ts/compared.ts',
    what: 'a text compared',
    references: ['6 variation theme'],
  },
  {
    file: 'src/ts/number.ts',
    what: 'a number in a calculation',
    references: ['6 variation retries', '8 variation retries'],
  },
  {
    file: 'src/ts/object.ts',
    what: 'members of an object',
    references: ['6 variation limits', '9 variation limits'],
  },
  {
    file: 'src/ts/object-whole.ts',
    what: 'an object that is handed on',
    references: ['8 variation limits'],
  },
  {
    file: 'src/ts/detail.ts',
    what: 'the value of a detail',
    references: ['6 variationDetail new-checkout'],
  },
  {
    file: 'src/ts/detail-reason.ts',
    what: 'the reason of a detail',
    references: ['6 variationDetail new-checkout'],
    left: 'more of its answer is used than the value',
  },
  {
    file: 'src/ts/guard.ts',
    what: 'guarded code',
    references: ['5 guard new-checkout'],
  },
  {
    file: 'src/ts/guard-async.ts',
    what: 'guarded code that waits',
    references: ['7 guard new-checkout'],
  },
  {
    file: 'src/ts/shadow.ts',
    what: 'a dark launch',
    references: ['9 shadow new-checkout'],
  },
  {
    file: 'src/ts/watch.ts',
    what: 'a subscription',
    references: ['6 watch new-checkout'],
    left: 'it listens to changes, of which there will be none',
  },
  {
    file: 'src/ts/scope.ts',
    what: 'a scope with its context',
    references: ['7 variation new-checkout'],
  },
  {
    file: 'src/ts/run-with-context.ts',
    what: 'a scope that a function is given',
    references: ['7 variation new-checkout'],
  },
  {
    file: 'src/ts/declared-flag.ts',
    what: 'a declared flag',
    references: ['8 variation new-checkout'],
  },
  {
    file: 'src/ts/enum-member.ts',
    what: 'a member of an enum',
    references: ['7 variation new-checkout'],
  },
  {
    file: 'src/ts/object-key.ts',
    what: 'a member of an object of keys, also by its name in brackets',
    references: ['9 variation new-checkout'],
  },
  {
    file: 'src/ts/key-constant.ts',
    what: 'a constant of another file, renamed',
    references: ['6 variation theme'],
  },
  {
    file: 'src/ts/key-template.ts',
    what: 'a key put together of constants',
    references: ['8 variation new-checkout'],
  },
  {
    file: 'src/ts/key-computed.ts',
    what: 'a key that is computed',
    references: [],
    left: 'the key is computed',
  },
  {
    file: 'src/ts/key-of-two.ts',
    what: 'one of two keys',
    references: ['5 variation new-checkout'],
    left: 'its key is one of several',
  },
  {
    file: 'src/ts/wrapper.ts',
    what: 'a function that passes a key on',
    references: ['10 isEnabled new-checkout'],
  },
  {
    file: 'src/ts/wrapper-imported.ts',
    what: 'a wrapper of another file under another name',
    references: ['5 isEnabled new-checkout'],
  },
  {
    file: 'src/ts/wrapper-class.ts',
    what: 'a class around the client',
    references: ['20 isOn new-checkout'],
  },
  {
    file: 'src/ts/injected.ts',
    what: 'a client that a class is given',
    references: ['14 variation new-checkout'],
  },
  {
    file: 'src/ts/destructured.ts',
    what: 'a method taken out of the client',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/page.ts',
    what: 'the client of a page, looked at and asked',
    references: ['4 variation new-checkout', '8 peek new-checkout'],
  },
  {
    file: 'src/ts/all-values.ts',
    what: 'one of all values',
    references: ['7 allFlagsState new-checkout'],
  },
  {
    file: 'src/ts/open-feature.ts',
    what: 'OpenFeature on a server',
    references: ['7 getBooleanValue new-checkout', '10 getBooleanValue new-checkout'],
  },
  {
    file: 'src/ts/open-feature-web.ts',
    what: 'OpenFeature on a page',
    references: ['6 getBooleanDetails new-checkout'],
  },
  {
    file: 'src/ts/generics.ts',
    what: 'arguments of types, casts and assertions',
    references: ['8 variation new-checkout', '11 variation new-checkout'],
  },
  {
    file: 'src/ts/class-field.ts',
    what: 'a field, a static one and a getter of a class',
    references: ['6 variation new-checkout', '7 variation new-checkout', '10 variation new-checkout'],
  },
  {
    file: 'src/ts/default-parameter.ts',
    what: 'the default of a parameter',
    references: ['5 variation new-checkout'],
  },
  {
    file: 'src/ts/loops.ts',
    what: 'break, continue and labels',
    references: ['10 variation new-checkout', '17 variation new-checkout'],
  },
  {
    file: 'src/ts/finally.ts',
    what: 'try, catch and finally',
    references: ['7 variation new-checkout'],
  },
  {
    file: 'src/ts/generator.ts',
    what: 'a generator, and one that waits',
    references: ['7 variation new-checkout', '15 variation new-checkout'],
  },
  {
    file: 'src/ts/shadowed.ts',
    what: 'names that mean something else',
    references: ['13 variation new-checkout'],
  },
  {
    file: 'src/ts/nothing.ts',
    what: 'texts that only look like the key',
    references: [],
  },
  {
    file: 'src/ts/reassigned.ts',
    what: 'a local that is assigned again',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/argument-effects.ts',
    what: 'arguments that do something',
    references: ['8 variation new-checkout'],
  },
  {
    file: 'src/ts/nested.ts',
    what: 'flags within flags',
    references: ['7 variation new-checkout', '9 variation theme', '14 variation new-checkout'],
  },
  {
    file: 'src/ts/optional.ts',
    what: 'a client that may be missing',
    references: ['6 variation new-checkout'],
    left: 'its client may be missing, and then it is not asked',
  },
  {
    file: 'src/ts/helper-exported.ts',
    what: 'a helper that others call',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/ts/helper-used.ts',
    what: 'a helper of another file',
    references: [],
  },
  {
    file: 'src/js/required.cjs',
    what: 'CommonJS',
    references: ['8 variation new-checkout'],
  },
  {
    file: 'src/js/compiled.cjs',
    what: 'what a compiler made of modules',
    references: ['10 variation new-checkout'],
  },
  {
    file: 'src/js/module-exports.cjs',
    what: 'module.exports, and a client of a function',
    references: ['9 variation new-checkout'],
  },
  {
    file: 'src/js/dynamic-import.mjs',
    what: 'a package that is loaded later',
    references: ['6 variation new-checkout'],
  },
  {
    file: 'src/js/no-semicolons.mjs',
    what: 'code without semicolons',
    references: ['5 variation new-checkout'],
  },
  {
    file: 'src/js/list.mjs',
    what: 'keys of a list that is walked through',
    references: ['4 constant new-checkout', '7 variation new-checkout'],
    left: 'its key is one of several',
  },
  {
    file: 'src/js/assignment.mjs',
    what: 'values assigned by it',
    references: ['6 variation new-checkout', '7 variation new-checkout', '8 variation new-checkout'],
  },
  {
    file: 'src/react/hook.tsx',
    what: 'a hook',
    references: ['7 useFlag new-checkout'],
  },
  {
    file: 'src/react/early.tsx',
    what: 'a component that returns early',
    references: ['4 useFlag new-checkout'],
  },
  {
    file: 'src/react/feature.tsx',
    what: 'a component around what is new',
    references: ['5 Feature new-checkout'],
  },
  {
    file: 'src/react/props.tsx',
    what: 'attributes, spreads and keys',
    references: ['4 useFlag new-checkout'],
  },
  {
    file: 'src/react/own-hook.tsx',
    what: "a hook of one's own",
    references: ['6 useFeature new-checkout'],
  },
  {
    file: 'src/react/gate.tsx',
    what: "a component of one's own that asks",
    references: ['9 Gate new-checkout'],
    left: 'it is not to be seen what it shows',
  },
  {
    file: 'src/react/client-hook.tsx',
    what: 'the client of a hook',
    references: ['5 variation new-checkout'],
  },
];
