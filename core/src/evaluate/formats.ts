import { addressOf, blockOf, isInBlock } from './cidr.ts';
import { type Comparison, onNumbers, onRead } from './comparisons.ts';
import { instantOf } from './instant.ts';
import { orderOf, type Version, versionOf } from './semver.ts';

const onVersions = (test: (attribute: string, version: Version) => boolean) => onRead(versionOf, test);

/** The operators that read a format of their own: instants, versions, networks. */
export const formats = {
  before: onNumbers((attribute, value) => attribute < value, instantOf),
  after: onNumbers((attribute, value) => attribute > value, instantOf),
  'semver-equal': onVersions((attribute, version) => orderOf(attribute, version) === 0),
  'semver-less-than': onVersions((attribute, version) => orderOf(attribute, version) < 0),
  'semver-greater-than': onVersions((attribute, version) => orderOf(attribute, version) > 0),
  'semver-at-least': onVersions((attribute, version) => orderOf(attribute, version) >= 0),
  'semver-at-most': onVersions((attribute, version) => orderOf(attribute, version) <= 0),
  'in-cidr': onRead(blockOf, (attribute, block) => isInBlock(addressOf(attribute), block)),
} as const satisfies Record<string, Comparison>;
