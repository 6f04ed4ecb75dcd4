import * as t from '@babel/types';
import { isMember } from './bindings.ts';
import type { WrapperSetting } from './flag-read.ts';
import { exportsOf, isOthers, type SdkCall, speaksOfFlags, untracedFunction, untracedMember } from './sdk.ts';
import { idOf, spotOf } from './spots.ts';
import { child, type Evaluator, isSite, type Site, type Value } from './values.ts';
import { lastName, namesIn, settingFor, type Wrapper } from './wrappers.ts';

/**
 * How sure it is that something asks for a flag of ours. `sure`: it comes from one of the packages; `likely`: it is named as
 * if it did; `by-key`: only if the project has a flag with that key.
 */
export type Trust = 'sure' | 'likely' | 'by-key';

export type Match =
  | { readonly kind: 'sdk'; readonly call: SdkCall; readonly trust: Trust }
  | { readonly kind: 'wrapper'; readonly wrapper: Wrapper; readonly trust: Trust }
  | { readonly kind: 'setting'; readonly setting: WrapperSetting };

export interface Recogniser {
  readonly evaluator: Evaluator;
  readonly settings: readonly WrapperSetting[];
  /** By the function, as `idOf` names it. */
  wrapperOf(id: string): Wrapper | undefined;
  /** Methods that pass keys on, by name: whose they are does not always show. */
  methodNamed(name: string): Wrapper | undefined;
  /** Files that import one of the packages. */
  usesSdk(file: string): boolean;
}

/** Which call for a flag something is, by what is called. */
export function matchOf(recogniser: Recogniser, callee: Site): Match | null {
  const value = recogniser.evaluator.valueOf(callee);
  const imported = value.kind === 'outside' ? value.name : null;
  const setting = settingFor(recogniser.settings, namesIn(callee.path.node), imported);
  if (setting !== null) return { kind: 'setting', setting };
  switch (value.kind) {
    case 'thing':
      return 'call' in value.thing ? { kind: 'sdk', call: value.thing.call, trust: 'sure' } : null;
    case 'function': {
      const wrapper = recogniser.wrapperOf(idOf(spotOf(value.at)));
      return wrapper === undefined ? null : { kind: 'wrapper', wrapper, trust: 'sure' };
    }
    case 'outside':
      return isOthers(value.package) ? null : untraced(recogniser, callee, value);
    case 'unknown':
    case 'parameter':
      return untraced(recogniser, callee, value);
    default:
      return null;
  }
}

function untraced(recogniser: Recogniser, callee: Site, value: Value): Match | null {
  if (isSite(callee, isMember)) return ofMember(recogniser, callee);
  const name = nameFor(callee, value);
  const call = name === null ? null : untracedFunction(name);
  if (call === null) return null;
  const isNamedSo = value.kind === 'outside' && speaksOfFlags(value.package);
  const isLikely = isNamedSo || (value.kind !== 'parameter' && recogniser.usesSdk(callee.file));
  return { kind: 'sdk', call, trust: isLikely ? 'likely' : 'by-key' };
}

/** By the name that it has where it comes from. */
function nameFor(callee: Site, value: Value): string | null {
  if (value.kind === 'unknown' && value.name !== null) return value.name;
  if (value.kind === 'outside' && value.name !== null) return value.name;
  return lastName(callee.path.node);
}

function ofMember(recogniser: Recogniser, callee: Site): Match | null {
  const object = child(callee, 'object');
  const name = lastName(callee.path.node);
  if (object === null || name === null) return null;
  const owner = recogniser.evaluator.valueOf(object);
  if (!maybeClient(owner)) return null;
  const isLikely = speaksOfFlags(namesIn(object.path.node).join(' ')) || recogniser.usesSdk(callee.file);
  const call = untracedMember(name);
  const trust = isLikely ? 'likely' : 'by-key';
  if (call !== null) return { kind: 'sdk', call, trust };
  const wrapper = recogniser.methodNamed(name);
  return wrapper === undefined ? null : { kind: 'wrapper', wrapper, trust };
}

/** Whether nothing shows that it is something else. */
function maybeClient(value: Value): boolean {
  switch (value.kind) {
    case 'unknown':
    case 'parameter':
    case 'type':
      return true;
    case 'outside':
      return !isOthers(value.package);
    case 'class':
    case 'instance':
      return t.isNode(value.at.path.node.superClass);
    default:
      return false;
  }
}

/** Whether a file imports one of the packages by which flags are asked for. */
export function importsSdk({ body }: t.Program): boolean {
  return body.some((statement) => {
    if (statement.type === 'ImportDeclaration') return exportsOf(statement.source.value) !== null;
    return statement.type === 'VariableDeclaration' && statement.declarations.some(requiresSdk);
  });
}

function requiresSdk({ init }: t.VariableDeclarator): boolean {
  if (init?.type !== 'CallExpression' || !t.isIdentifier(init.callee, { name: 'require' })) return false;
  const [source] = init.arguments;
  return source?.type === 'StringLiteral' && exportsOf(source.value) !== null;
}
