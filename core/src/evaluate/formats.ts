import { addressOf, blockOf, isInBlock } from './cidr.ts';
import { type Comparison, onNumbers, onRead } from './comparisons.ts';
import { instantOf } from './instant.ts';
import { orderOf, versionOf } from './semver.ts';

const onVersions = (test: (order: number) => boolean) =>
  onRead(versionOf, (version) => (attribute) => test(orderOf(attribute, version)));

/** The operators that read a format of their own: instants, versions, networks. */
export const formats = {
  before: onNumbers((attribute, value) => attribute < value, instantOf),
  after: onNumbers((attribute, value) => attribute > value, instantOf),
  'semver-equal': onVersions((order) => order === 0),
  'semver-less-than': onVersions((order) => order < 0),
  'semver-greater-than': onVersions((order) => order > 0),
  'semver-at-least': onVersions((order) => order >= 0),
  'semver-at-most': onVersions((order) => order <= 0),
  'in-cidr': onRead(blockOf, (block) => (attribute) => isInBlock(addressOf(attribute), block)),
} as const satisfies Record<string, Comparison>;
