import { RE2JS } from 're2js';
import { instantOf } from './dates.ts';
import { type Address, addressOf, type Block, blockOf, isInside } from './networks.ts';
import { precedence, versionOf } from './versions.ts';

/** Whether an attribute, or one element of it, satisfies an operator for one value. Wrong types never do. */
export type ValueTest = (attribute: unknown, value: unknown) => boolean;

const onText =
  (test: (attribute: string, value: string) => boolean): ValueTest =>
  (attribute, value) =>
    typeof attribute === 'string' && typeof value === 'string' && test(attribute, value);

const onNumbers =
  (test: (attribute: number, value: number) => boolean): ValueTest =>
  (attribute, value) =>
    typeof attribute === 'number' && typeof value === 'number' && test(attribute, value);

const onInstants =
  (test: (attribute: number, value: number) => boolean): ValueTest =>
  (attribute, value) => {
    const [a, b] = [instantOf(attribute), instantOf(value)];
    return a !== undefined && b !== undefined && test(a, b);
  };

const onVersions = (test: (order: number) => boolean): ValueTest =>
  onText((attribute, value) => {
    const [a, b] = [versionOf(attribute), versionOf(value)];
    return a !== undefined && b !== undefined && test(precedence(a, b));
  });

const onNetworks = (test: (address: Address, block: Block) => boolean): ValueTest =>
  onText((attribute, value) => {
    const [address, block] = [addressOf(attribute), blockOf(value)];
    return address !== undefined && block !== undefined && test(address, block);
  });

/** The operators that compare an attribute with values. */
export const OPERATORS: Readonly<Record<string, ValueTest>> = {
  in: (attribute, value) => ['string', 'number', 'boolean'].includes(typeof attribute) && attribute === value,
  contains: onText((attribute, value) => attribute.includes(value)),
  'starts-with': onText((attribute, value) => attribute.startsWith(value)),
  'ends-with': onText((attribute, value) => attribute.endsWith(value)),
  matches: onText((attribute, value) => attribute.length <= 4_096 && patternOf(value).matcher(attribute).find()),
  'less-than': onNumbers((attribute, value) => attribute < value),
  'at-most': onNumbers((attribute, value) => attribute <= value),
  'greater-than': onNumbers((attribute, value) => attribute > value),
  'at-least': onNumbers((attribute, value) => attribute >= value),
  before: onInstants((attribute, value) => attribute < value),
  after: onInstants((attribute, value) => attribute > value),
  'semver-equal': onVersions((order) => order === 0),
  'semver-less-than': onVersions((order) => order < 0),
  'semver-greater-than': onVersions((order) => order > 0),
  'semver-at-least': onVersions((order) => order >= 0),
  'semver-at-most': onVersions((order) => order <= 0),
  'in-cidr': onNetworks(isInside),
};

const compiled = new Map<string, RE2JS>();

/** Throws for what is no pattern of RE2, or too large a one. */
export function patternOf(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > 256) throw new Error('the pattern is too long');
  const program = RE2JS.compile(pattern);
  if (program.programSize() > 1_000) throw new Error('the pattern is too complex');
  compiled.set(pattern, program);
  return program;
}
