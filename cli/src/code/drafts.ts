import * as t from '@babel/types';
import { isMember } from './bindings.ts';
import { propertyOf } from './calls.ts';
import type { FlagRead } from './flag-read.ts';
import { jsonAt } from './json.ts';
import { partsOf } from './key-parts.ts';
import { nameOf } from './members.ts';
import { matchOf, type Recogniser, type Trust } from './recognise.ts';
import type { Places, SdkCall, Thing, ValuesAt } from './sdk.ts';
import { spotOf } from './spots.ts';
import { argumentOf, at, child, children, type Evaluator, isSite, type Site, type Text, type Value } from './values.ts';
import {
  answersWith,
  attributeOf,
  givenAt,
  lastName,
  nameOfFunction,
  type TakenAt,
  takenBy,
  type Wrapper,
} from './wrappers.ts';

/** A read, before it is known whether it counts. */
export interface Draft extends FlagRead<Site> {
  readonly trust: Trust;
  /** What it makes of the function around it. */
  readonly wrapper: Wrapper | null;
  /** Where its keys are written. */
  readonly written: readonly Text[];
}

interface Sketch {
  readonly call: string;
  readonly kind: FlagRead['kind'];
  readonly trust: Trust;
  readonly at: Site;
  readonly keyAt: Site;
  readonly key: Value;
  readonly fallbackAt: Site | null;
  readonly context: Site | null;
  readonly run: Site | null;
  readonly isPromise: boolean | null;
  /** Whether what it answers is the value, and nothing was made of it. */
  readonly isPlain: boolean;
}

/** The reads that a call is: `defineFlag('x')`, `variation('x', …)`, and all those of `createTestClient({ x: true })`. */
export function readsOfCall(
  recogniser: Recogniser,
  call: Site<t.CallExpression | t.OptionalCallExpression>,
): readonly Draft[] {
  const { evaluator } = recogniser;
  const callee = child(call, 'callee');
  if (callee === null || t.isImport(callee.path.node) || t.isSuper(callee.path.node)) return [];
  const created = createdElement(recogniser, call, callee);
  if (created !== null) return created;
  const value = evaluator.valueOf(callee);
  if (value.kind === 'thing' && value.thing.is === 'maker' && value.thing.values !== undefined)
    return valuesIn(evaluator, argumentOf(call, 0), value.thing.values);
  const match = matchOf(recogniser, callee);
  switch (match?.kind) {
    case 'sdk':
      return ofSdk(evaluator, call, match.call, match.trust);
    case 'wrapper':
      return ofWrapper(evaluator, call, match.wrapper, match.trust);
    case 'setting': {
      const { name, key = 0, fallback } = match.setting;
      return ofSketch(evaluator, call, {
        ...PLAIN,
        call: name.split('.').at(-1) ?? name,
        keyAt: namedAt(evaluator, call, key),
        fallbackAt: fallback === undefined ? null : namedAt(evaluator, call, fallback),
      });
    }
    default:
      return [];
  }
}

const PLAIN = {
  kind: 'value',
  trust: 'sure',
  context: null,
  run: null,
  isPromise: null,
  isPlain: true,
} as const;

/** By position, or by the name of a property of the first argument. */
function namedAt(evaluator: Evaluator, call: Site, place: number | string): Site | null {
  if (typeof place === 'number') return argumentOf(call, place);
  const first = argumentOf(call, 0);
  return first === null ? null : propertyOf(evaluator, first, place);
}

function ofSketch(
  evaluator: Evaluator,
  call: Site,
  sketch: Omit<Sketch, 'at' | 'key' | 'keyAt'> & { readonly keyAt: Site | null },
): readonly Draft[] {
  const { keyAt } = sketch;
  return keyAt === null ? [] : [draftOf(evaluator, { ...sketch, at: call, keyAt, key: evaluator.valueOf(keyAt) })];
}

function ofSdk(evaluator: Evaluator, call: Site, sdk: SdkCall, trust: Trust): readonly Draft[] {
  const first = argumentOf(call, 0);
  if (sdk.kind === 'values') return valuesSet(evaluator, first, sdk.name);
  if (/^(on|once|off)$/.test(sdk.name)) return ofEvent(evaluator, call, sdk, trust);
  if (sdk.kind === 'subscription' && sdk.name.endsWith('FeatureFlag')) return ofDecorator(evaluator, call, sdk, first);
  if (first === null) return [];
  const key = evaluator.valueOf(first);
  const places = placesOf(evaluator, call, sdk, key, trust);
  const options = sdk.kind === 'declaration' ? argumentOf(call, 1) : null;
  const declared = key.kind === 'flag' ? key.fallback : null;
  const given = places.fallback === null ? null : argumentOf(call, places.fallback);
  return ofSketch(evaluator, call, {
    call: sdk.name,
    kind: sdk.kind,
    trust,
    keyAt: first,
    fallbackAt: options === null ? (given ?? declared) : propertyOf(evaluator, options, 'fallback'),
    context: places.context === null ? null : argumentOf(call, places.context),
    run: places.run === null ? null : argumentOf(call, places.run),
    isPromise: sdk.isPromise,
    isPlain: true,
  });
}

/** Where the context is bound it is left out, and a flag that was declared brings its fallback. */
function placesOf(evaluator: Evaluator, call: Site, sdk: SdkCall, key: Value, trust: Trust): Places {
  const { places, kind } = sdk;
  if (kind === 'run') {
    const third = argumentOf(call, 2);
    const isBound = third !== null && argumentOf(call, 3) === null && isFunction(evaluator, third);
    if (trust === 'sure' || !isBound) return places;
    return { key: 0, context: null, fallback: 1, run: 2 };
  }
  if (key.kind === 'flag') return { ...places, fallback: null };
  const isBound = trust !== 'sure' && places.context === 1 && argumentOf(call, 2) === null;
  return isBound ? { ...places, context: null, fallback: 1 } : places;
}

const isFunction = (evaluator: Evaluator, site: Site): boolean => evaluator.valueOf(site).kind === 'function';

const CHANGE = 'change:';

function ofEvent(evaluator: Evaluator, call: Site, sdk: SdkCall, trust: Trust): readonly Draft[] {
  const keyAt = argumentOf(call, 0);
  const event = keyAt === null ? null : evaluator.valueOf(keyAt);
  if (keyAt === null || event?.kind !== 'texts') return [];
  const texts = event.texts.flatMap(({ text, written }) =>
    text.startsWith(CHANGE) ? [{ text: text.slice(CHANGE.length), written }] : [],
  );
  if (texts.length === 0) return [];
  const key: Value = { ...event, texts };
  const sketch = { call: sdk.name, kind: sdk.kind, trust, at: call, keyAt, key, fallbackAt: null, context: null };
  return [draftOf(evaluator, { ...sketch, run: null, isPromise: false, isPlain: true })];
}

function ofDecorator(evaluator: Evaluator, call: Site, sdk: SdkCall, options: Site | null): readonly Draft[] {
  if (options === null) return [];
  return ofSketch(evaluator, call, {
    ...PLAIN,
    call: sdk.name,
    kind: sdk.kind,
    keyAt: propertyOf(evaluator, options, 'flagKey'),
    fallbackAt: propertyOf(evaluator, options, 'defaultValue'),
  });
}

function ofWrapper(evaluator: Evaluator, call: Site, wrapper: Wrapper, trust: Trust): readonly Draft[] {
  return ofSketch(evaluator, call, {
    ...PLAIN,
    call: wrapper.name,
    kind: wrapper.answers === 'detail' ? 'detail' : 'value',
    trust,
    keyAt: givenAt(call, wrapper.key),
    fallbackAt: givenAt(call, wrapper.fallback),
    isPromise: wrapper.isAsync,
    isPlain: wrapper.answers !== 'other',
  });
}

/** The reads that an element is: `<Feature flag="x">`. */
export function readsOfElement(recogniser: Recogniser, element: Site<t.JSXElement>): readonly Draft[] {
  const { evaluator } = recogniser;
  const opening = child(element, 'openingElement');
  const name = opening === null ? null : child(opening, 'name');
  if (name === null || isIntrinsic(name.path.node)) return [];
  return ofComponent(
    recogniser,
    name,
    element,
    (attribute) => {
      const value = attributeOf(element, attribute);
      return value !== null && isSite(value, 'JSXExpressionContainer') ? child(value, 'expression') : value;
    },
    evaluator,
  );
}

const isIntrinsic = (node: t.Node): boolean => node.type === 'JSXIdentifier' && /^[a-z]/.test(node.name);

function ofComponent(
  recogniser: Recogniser,
  name: Site,
  whole: Site,
  attribute: (name: string) => Site | null,
  evaluator: Evaluator,
): readonly Draft[] {
  const value = evaluator.valueOf(name);
  const thing: Thing | null = value.kind === 'thing' ? value.thing : null;
  if (thing?.is === 'provider') return valuesIn(evaluator, attribute(thing.attribute), thing.values);
  const match = matchOf(recogniser, name);
  if (thing?.is === 'element') {
    const sketch = { ...PLAIN, call: thing.call.name, kind: thing.call.kind };
    return ofSketch(evaluator, whole, {
      ...sketch,
      keyAt: attribute(thing.key),
      fallbackAt: attribute(thing.fallback),
    });
  }
  const taken = (place: TakenAt | null): Site | null =>
    place === null || place.member === null || place.index !== 0 ? null : attribute(place.member);
  if (match?.kind === 'wrapper') {
    const { name: call, key, fallback } = match.wrapper;
    const sketch = { ...PLAIN, call, kind: 'element' as const, trust: match.trust, isPlain: false };
    return ofSketch(evaluator, whole, { ...sketch, keyAt: taken(key), fallbackAt: taken(fallback) });
  }
  if (match?.kind !== 'setting') return [];
  const { setting } = match;
  const at = (place: number | string | undefined) => (typeof place === 'string' ? attribute(place) : null);
  return ofSketch(evaluator, whole, {
    ...PLAIN,
    call: setting.name,
    kind: 'element',
    keyAt: at(setting.key),
    fallbackAt: at(setting.fallback),
    isPlain: false,
  });
}

const CREATES = /^_?(createElement|jsxs?|jsxDEV|h)$/;

/** `createElement(Feature, { flag: 'x' })`, and what compilers make of elements. */
function createdElement(recogniser: Recogniser, call: Site, callee: Site): readonly Draft[] | null {
  const last = isSite(callee, 'SequenceExpression') ? callee.path.node.expressions.at(-1) : callee.path.node;
  if (last === undefined || !CREATES.test(lastName(last) ?? '')) return null;
  const [component, props] = [argumentOf(call, 0), argumentOf(call, 1)];
  if (component === null || t.isStringLiteral(component.path.node)) return null;
  const { evaluator } = recogniser;
  const attribute = (name: string) => (props === null ? null : propertyOf(evaluator, props, name));
  const found = ofComponent(recogniser, component, call, attribute, evaluator);
  return found.length === 0 ? null : found.map((draft) => ({ ...draft, isReplaceable: false }));
}

/** `client.allFlagsState(context).values['x']` */
export function readsOfMember(recogniser: Recogniser, member: Site<t.MemberExpression>): readonly Draft[] {
  const { evaluator } = recogniser;
  const object = child(member, 'object');
  const keyAt = child(member, 'property');
  const value = object === null ? null : evaluator.valueOf(object);
  if (keyAt === null || value?.kind !== 'thing' || value.thing.is !== 'values') return [];
  const isNamed = isSite(keyAt, 'Identifier') && !member.path.node.computed;
  const key: Value = isNamed
    ? { kind: 'texts', texts: [{ text: keyAt.path.node.name, written: [keyAt] }], isComplete: true }
    : evaluator.valueOf(keyAt);
  return [draftOf(evaluator, { ...PLAIN, call: value.thing.call.name, at: member, keyAt, key, fallbackAt: null })];
}

/** The values that an object gives flags, one read for each. */
function valuesIn(evaluator: Evaluator, given: Site | null, { name, path }: ValuesAt): readonly Draft[] {
  let place = given;
  for (const member of path) place = place === null ? null : propertyOf(evaluator, place, member);
  if (place !== null && isSite(place, 'Identifier')) {
    const value = evaluator.valueOf(place);
    place = value.kind === 'object' ? value.at : null;
  }
  if (place === null || !isSite(place, 'ObjectExpression')) return [];
  return children(place, 'properties').flatMap((property) => {
    const keyAt = child(property, 'key');
    const key = keyAt === null ? null : nameOf(evaluator, property);
    if (key === null || keyAt === null) return [];
    const texts: Value = { kind: 'texts', texts: [{ text: key, written: [keyAt] }], isComplete: true };
    const sketch = { ...PLAIN, call: name, kind: 'values' as const, at: property, keyAt, key: texts };
    return [draftOf(evaluator, { ...sketch, fallbackAt: null })];
  });
}

/** `client.set('x', true)`, `client.set({ x: true })` */
function valuesSet(evaluator: Evaluator, first: Site | null, name: string): readonly Draft[] {
  if (first === null) return [];
  if (isSite(first, 'ObjectExpression')) return valuesIn(evaluator, first, { name, path: [] });
  const call = first.path.parentPath;
  return call === null
    ? []
    : ofSketch(evaluator, at(first, call), { ...PLAIN, call: name, kind: 'values', keyAt: first, fallbackAt: null });
}

const REPLACEABLE: ReadonlySet<string> = new Set(['value', 'detail', 'run', 'element']);

function draftOf(evaluator: Evaluator, sketch: Sketch): Draft {
  const key = sketch.key.kind === 'flag' ? sketch.key.key : sketch.key;
  const wrapper = wrapperOf(evaluator, sketch, key);
  const texts = key.kind === 'texts' ? key.texts.filter(({ text }) => text !== '') : [];
  const keys = texts.length === 0 ? null : [...new Set(texts.map(({ text }) => text))];
  const why = whyNot(key, texts.length);
  const { parentPath } = sketch.at.path;
  const isAwaited = parentPath?.node.type === 'AwaitExpression' && sketch.isPromise !== false;
  const isAtHand = sketch.isPromise !== true || isAwaited;
  const { loc } = sketch.keyAt.file === sketch.at.file ? sketch.keyAt.path.node : sketch.at.path.node;
  return {
    call: sketch.call,
    kind: wrapper === null ? sketch.kind : 'forward',
    keys,
    why,
    fallback: fallbackOf(evaluator, sketch.fallbackAt),
    at: isAwaited && parentPath !== null ? at(sketch.at, parentPath) : sketch.at,
    keyAt: sketch.keyAt,
    parts: keys === null ? partsOf(sketch.keyAt.path.node) : null,
    context: sketch.context,
    run: sketch.run,
    isReplaceable:
      REPLACEABLE.has(sketch.kind) &&
      keys?.length === 1 &&
      why === null &&
      sketch.isPlain &&
      isAtHand &&
      !isChained(sketch.at),
    line: loc?.start.line ?? 1,
    column: (loc?.start.column ?? 0) + 1,
    trust: sketch.trust,
    wrapper,
    written: texts,
  };
}

/** `getBooleanValue('x', false).then(…)` */
function isChained({ path: { node, parentPath } }: Site): boolean {
  const parent = parentPath?.node;
  return isMember(parent) && parent.object === node && /^(then|catch|finally)$/.test(lastName(parent) ?? '');
}

/** `named`: how many of its texts are keys; an empty one is there until another is assigned. */
function whyNot(key: Value, named: number): string | null {
  if (named === 0 || key.kind !== 'texts')
    return key.kind === 'parameter' ? 'the key is passed in' : 'the key is computed';
  return key.isComplete && named === key.texts.length ? null : 'the key may be another that is computed';
}

function fallbackOf(evaluator: Evaluator, site: Site | null): Draft['fallback'] {
  return site === null ? null : { at: site, json: jsonAt(evaluator, site) };
}

function wrapperOf(evaluator: Evaluator, sketch: Sketch, key: Value): Wrapper | null {
  if (key.kind !== 'parameter') return null;
  const name = nameOfFunction(key.of);
  if (name === null) return null;
  const fallback = sketch.fallbackAt === null ? null : takenBy(evaluator.valueOf(sketch.fallbackAt));
  const isPlain = sketch.isPlain && answersWith(key.of, sketch.at);
  return {
    name,
    of: spotOf(key.of),
    isMethod: /^(?:Class|Object)Method$/.test(key.of.path.node.type),
    key: { index: key.index, member: key.member },
    fallback,
    answers: isPlain && (sketch.kind === 'value' || sketch.kind === 'detail') ? sketch.kind : 'other',
    isAsync: key.of.path.node.async === true,
  };
}
