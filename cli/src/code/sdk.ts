/** What the packages by which code asks for flags export, and what of it asks for which flag. */

/** Where in a call things stand; null: nowhere. */
export interface Places {
  readonly key: number;
  readonly context: number | null;
  readonly fallback: number | null;
  /** Code that is given the value, or is run in its stead. */
  readonly run: number | null;
}

/**
 * What becomes of a call that asks for a flag:
 * `value` is the value itself; `detail` an object whose `value` it is; `run` gives the value to a function and answers
 * what that does; `element` shows its children by it; `declaration` names a flag for others to ask for; `subscription`,
 * `migration` and `shadow` do more than a value can; `values` gives flags values.
 */
export type ReadKind =
  | 'value'
  | 'detail'
  | 'run'
  | 'element'
  | 'declaration'
  | 'subscription'
  | 'migration'
  | 'shadow'
  | 'values';

export interface SdkCall {
  readonly name: string;
  readonly kind: ReadKind;
  readonly places: Places;
  /** Null: as its caller waits for it. */
  readonly isPromise: boolean | null;
}

type Members = Readonly<Record<string, Thing>>;

/** An object whose members are named as flags are: what is given it, or a member of that. */
export interface ValuesAt {
  readonly name: string;
  readonly path: readonly string[];
}

/** Something of a package. */
export type Thing =
  | { readonly is: 'call'; readonly call: SdkCall }
  | { readonly is: 'element'; readonly call: SdkCall; readonly key: string; readonly fallback: string }
  | { readonly is: 'decorator'; readonly call: SdkCall }
  | { readonly is: 'client'; readonly members: Members }
  /** A function that answers something, and may give the same to a function it is called with. */
  | {
      readonly is: 'maker';
      readonly makes: Thing;
      readonly gives?: { readonly argument: number; readonly thing: Thing };
      /** Where in its first argument the values of flags are. */
      readonly values?: ValuesAt;
    }
  /** A component with values of flags in an attribute. */
  | { readonly is: 'provider'; readonly values: ValuesAt; readonly attribute: string }
  /** An object whose members are named as flags are, and are their values. */
  | { readonly is: 'values'; readonly call: SdkCall };

const places = (key: number, context: number | null, fallback: number | null, run: number | null = null): Places => ({
  key,
  context,
  fallback,
  run,
});
const callOf = (name: string, kind: ReadKind, at: Places = places(0, null, null), isPromise: boolean | null = false) =>
  ({ name, kind, places: at, isPromise }) satisfies SdkCall;
const called = (name: string, kind: ReadKind, at: Places, isPromise: boolean | null = false) =>
  ({ is: 'call', call: callOf(name, kind, at, isPromise) }) as const satisfies Thing;

const ALL_VALUES: Thing = { is: 'values', call: callOf('allFlagsState', 'value') };
const STATE: Thing = { is: 'client', members: { values: ALL_VALUES } };

/** Where the context is known: browsers, and what a request is given. */
const BOUND = {
  variation: called('variation', 'value', places(0, null, 1)),
  variationDetail: called('variationDetail', 'detail', places(0, null, 1)),
  peek: called('peek', 'value', places(0, null, 1)),
  peekDetail: called('peekDetail', 'detail', places(0, null, 1)),
  guard: called('guard', 'run', places(0, null, 1, 2)),
  store: called('store', 'subscription', places(0, null, 1)),
  on: called('on', 'subscription', places(0, null, null)),
  once: called('once', 'subscription', places(0, null, null)),
  off: called('off', 'subscription', places(0, null, null)),
  allFlagsState: { is: 'maker', makes: STATE },
} as const satisfies Record<string, Thing>;

const SCOPE: Thing = { is: 'client', members: BOUND };

const UNBOUND = {
  variation: called('variation', 'value', places(0, 1, 2)),
  variationDetail: called('variationDetail', 'detail', places(0, 1, 2)),
  guard: called('guard', 'run', places(0, 1, 2, 3)),
  watch: called('watch', 'subscription', places(0, 1, 2)),
  migration: called('migration', 'migration', places(0, null, null)),
  shadow: called('shadow', 'shadow', places(0, 1, null, 2)),
  explain: called('explain', 'subscription', places(0, 1, null)),
  on: BOUND.on,
  once: BOUND.once,
  off: BOUND.off,
  forContext: { is: 'maker', makes: SCOPE },
  current: { is: 'maker', makes: SCOPE },
  runWithContext: { is: 'maker', makes: SCOPE, gives: { argument: 1, thing: SCOPE } },
  allFlagsState: { is: 'maker', makes: STATE },
} as const satisfies Record<string, Thing>;

const SERVER: Thing = { is: 'client', members: UNBOUND };
const TEST_CLIENT: Thing = {
  is: 'client',
  members: { ...UNBOUND, set: called('set', 'values', places(0, null, null)) },
};
const PAGE: Thing = { is: 'client', members: BOUND };
const DEFINE = called('defineFlag', 'declaration', places(0, null, null));

const HOOKS = {
  useFlag: called('useFlag', 'value', places(0, null, 1)),
  useFlagDetail: called('useFlagDetail', 'detail', places(0, null, 1)),
  useSuspenseFlag: called('useSuspenseFlag', 'value', places(0, null, 1)),
} as const satisfies Record<string, Thing>;

const FEATURE: Thing = {
  is: 'element',
  call: callOf('Feature', 'element'),
  key: 'flag',
  fallback: 'fallback',
};

const TYPES = ['Boolean', 'String', 'Number', 'Object'] as const;
const ofTypes = (before: string, after: string, isPromise: boolean | null): Members =>
  Object.fromEntries(
    TYPES.flatMap((type) => {
      const name = `${before}${type}${after}`;
      return [
        [`${name}Value`, called(`${name}Value`, 'value', places(0, null, 1), isPromise)],
        [`${name}Details`, called(`${name}Details`, 'detail', places(0, null, 1), isPromise)],
      ];
    }),
  );

const OPEN_MEMBERS = ofTypes('get', '', null);
const OPEN_HOOKS: Members = {
  ...ofTypes('use', 'Flag', false),
  useFlag: called('useFlag', 'detail', places(0, null, 1)),
  useSuspenseFlag: called('useSuspenseFlag', 'detail', places(0, null, 1)),
};
const DECORATORS: Members = Object.fromEntries(
  TYPES.map((type) => [`${type}FeatureFlag`, { is: 'decorator', call: callOf(`${type}FeatureFlag`, 'subscription') }]),
);

const BOOTSTRAP: ValuesAt = { name: 'createClient', path: ['bootstrap', 'values'] };

const NODE: Members = {
  createClient: { is: 'maker', makes: SERVER, values: BOOTSTRAP },
  createTestClient: { is: 'maker', makes: TEST_CLIENT, values: { name: 'createTestClient', path: [] } },
  defineFlag: DEFINE,
  FlagsClient: SERVER,
  BaseClient: SERVER,
  TestClient: TEST_CLIENT,
  FlagScope: SCOPE,
  VariationFn: UNBOUND.variation,
  BoundVariationFn: BOUND.variation,
};
const BROWSER: Members = {
  createClient: { is: 'maker', makes: PAGE, values: BOOTSTRAP },
  TestFlagsProvider: { is: 'provider', attribute: 'flags', values: { name: 'TestFlagsProvider', path: [] } },
  FlagsProvider: { is: 'provider', attribute: 'options', values: { ...BOOTSTRAP, name: 'FlagsProvider' } },
  defineFlag: DEFINE,
  BrowserClient: PAGE,
  BoundVariationFn: BOUND.variation,
  ...HOOKS,
  Feature: FEATURE,
  useFlagsClient: { is: 'maker', makes: PAGE },
};
/** Servers answer promises. */
function openFeature(isPromise: boolean | null): Members {
  const client: Thing = { is: 'client', members: ofTypes('get', '', isPromise) };
  return {
    ...OPEN_SHARED,
    OpenFeature: { is: 'client', members: { getClient: { is: 'maker', makes: client } } },
    Client: client,
    Features: client,
    useOpenFeatureClient: { is: 'maker', makes: client },
  };
}

const OPEN_SHARED: Members = {
  ...OPEN_HOOKS,
  FeatureFlag: {
    is: 'element',
    call: callOf('FeatureFlag', 'element'),
    key: 'flagKey',
    fallback: 'defaultValue',
  },
  ...DECORATORS,
};

const PACKAGES: readonly (readonly [RegExp, Members])[] = [
  [/^@glidepath\/sdk-node(\/|$)/, NODE],
  [/^@glidepath\/sdk-browser(\/|$)/, BROWSER],
  [/^@openfeature\/(server|nestjs)-sdk$/, openFeature(true)],
  [/^@openfeature\/(web|react|angular)-sdk$/, openFeature(false)],
  [/^@openfeature\//, openFeature(null)],
];

/** Words without one of which a file asks for no flag, but by functions of the code's own. */
export const MARKS =
  /\b(?:variation|variationDetail|peek|peekDetail|guard|watch|migration|shadow|explain|defineFlag|VariationFn|BoundVariationFn|use(?:Suspense)?Flag(?:Detail)?|FeatureFlag|Feature|(?:TestF|F)lagsProvider|allFlagsState|bootstrap|(?:get|use)(?:Boolean|String|Number|Object)\w+|(?:Boolean|String|Number|Object)FeatureFlag)\b|TestClient|change:|\.store\b|\bstore\s*[,}:]/;

/** What a package exports; null where it is none of those by which flags are asked for. */
export function exportsOf(packageName: string): Members | null {
  return PACKAGES.find(([pattern]) => pattern.test(packageName))?.[1] ?? null;
}

/** Others' packages for flags: what is asked of them is none of ours, even where a key is the same. */
const OTHERS =
  /launchdarkly|unleash|growthbook|posthog|flagsmith|splitsoftware|statsig|optimizely|configcat|eppo|devcycle|flipt|amplitude|kameleoon|bucketeer|featurehub|happykit|hypertune/i;

export const isOthers = (packageName: string): boolean => OTHERS.test(packageName);

/** Names that are told apart by nothing but themselves, where it cannot be found out what they are a member of. */
export function untracedMember(name: string): SdkCall | null {
  if (NOT_TELLING.has(name)) return null;
  const thing: Thing | undefined =
    memberNamed(UNBOUND, name) ?? memberNamed(BOUND, name) ?? memberNamed(OPEN_MEMBERS, name);
  return thing?.is === 'call' ? thing.call : null;
}

/** The same for functions that are imported from a package that is not ours. */
export function untracedFunction(name: string): SdkCall | null {
  const thing =
    memberNamed(HOOKS, name) ?? memberNamed(OPEN_HOOKS, name) ?? (name === 'defineFlag' ? DEFINE : undefined);
  const found = thing ?? (name === 'variation' || name === 'variationDetail' ? UNBOUND[name] : undefined);
  return found?.is === 'call' ? found.call : null;
}

/** Too many others have members of these names. */
const NOT_TELLING: ReadonlySet<string> = new Set(['on', 'once', 'off', 'store', 'explain', 'migration']);

const memberNamed = (members: Members, name: string): Thing | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined;

/** A member of a thing; null where there is none of that name. */
export function memberOfThing(thing: Thing, name: string): Thing | null {
  if (thing.is !== 'client') return null;
  return memberNamed(thing.members, name) ?? null;
}

/** Words in the names of what has to do with flags. */
export const speaksOfFlags = (name: string): boolean =>
  /flag|feature|toggle|experiment|glidepath|kill_?switch/i.test(name);
