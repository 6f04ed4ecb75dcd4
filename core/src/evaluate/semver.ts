/** A version of SemVer 2.0.0. */
export interface Version {
  /** Major, minor and patch; those that a number cannot hold exactly are bigints. */
  readonly numbers: readonly (number | bigint)[];
  readonly prerelease: readonly string[];
  /** The numbers of a release that a number holds exactly, as nearly all are; else null. */
  readonly plain: readonly number[] | null;
}

const NUMBER = '(0|[1-9]\\d*)';
const IDENTIFIER = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][\\dA-Za-z-]*)';
const BUILD = '[\\dA-Za-z-]+';
const VERSION = new RegExp(
  `^v?${NUMBER}(?:\\.${NUMBER}(?:\\.${NUMBER})?)?(?:-(${IDENTIFIER}(?:\\.${IDENTIFIER})*))?(?:\\+${BUILD}(?:\\.${BUILD})*)?$`,
);
const DIGITS = /^\d+$/;
const LONGEST = 256;
/** Digits that a number holds exactly. */
const EXACT = 15;
const ZERO = 48;
/** How far a dot is from `0`. */
const DOT = -2;
/** In the place of a number of which nothing was read. */
const NOTHING = -1;

/** Reads a version; missing minor and patch are 0, a leading `v` is allowed, build metadata is ignored. */
export function versionOf(text: string): Version | undefined {
  const match = text.length > LONGEST ? null : VERSION.exec(text);
  if (match === null) return undefined;
  const [, major = '0', minor = '0', patch = '0', prerelease] = match;
  const numbers = [major, minor, patch].map((digits) => (digits.length > EXACT ? BigInt(digits) : Number(digits)));
  const isPlain = prerelease === undefined && numbers.every((number) => typeof number === 'number');
  return { numbers, prerelease: prerelease?.split('.') ?? [], plain: isPlain ? numbers.map(Number) : null };
}

/** Negative, zero or positive, by the precedence of SemVer 2.0.0; NaN for what is no version. */
export function orderOf(text: unknown, wanted: Version): number {
  if (typeof text !== 'string') return Number.NaN;
  const order = wanted.plain === null ? Number.NaN : orderOfRelease(text, wanted.plain);
  if (!Number.isNaN(order)) return order;
  const version = versionOf(text);
  return version === undefined ? Number.NaN : compareVersions(version, wanted);
}

/** The same for what is nothing but `1.2.3`, which nearly all versions are: reads in place, so it allocates nothing. */
function orderOfRelease(text: string, wanted: readonly number[]): number {
  const { length } = text;
  let order = 0;
  let part = 0;
  let number = NOTHING;
  for (let at = 0; at <= length; at += 1) {
    // A dot is put behind the last number. Reading beyond the end would cost more than asking for it.
    const digit = at < length ? text.charCodeAt(at) - ZERO : DOT;
    // Without leading zeros: nothing but a dot may follow one.
    if (digit >= 0 && digit <= 9 && number !== 0) {
      number = number === NOTHING ? digit : number * 10 + digit;
      continue;
    }
    if (digit !== DOT || part === 3 || number === NOTHING) return Number.NaN;
    // A number too long to be exact is greater than all that are.
    if (order === 0) order = number - (wanted[part] as number);
    part += 1;
    number = NOTHING;
  }
  return order === 0 ? orderOfNothing(part, wanted) : order;
}

/** Missing minor and patch are 0. */
function orderOfNothing(from: number, wanted: readonly number[]): number {
  for (let part = from; part < 3; part += 1) if (wanted[part] !== 0) return -1;
  return 0;
}

/** Negative, zero or positive, by the precedence of SemVer 2.0.0; null where one of them is no version. */
export function compareSemver(a: string, b: string): number | null {
  const [first, second] = [versionOf(a), versionOf(b)];
  return first === undefined || second === undefined ? null : compareVersions(first, second);
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

/** A release comes after all of its pre-releases, fewer identifiers before more, numbers before words. */
function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const order = compareNumbers(number, b.numbers[i] ?? 0);
    if (order !== 0) return order;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0) return b.prerelease.length - a.prerelease.length;
  for (const [i, identifier] of a.prerelease.entries()) {
    const other = b.prerelease[i];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.prerelease.length - b.prerelease.length;
}

function compareIdentifiers(a: string, b: string): number {
  const isNumber = DIGITS.test(a);
  if (isNumber !== DIGITS.test(b)) return isNumber ? -1 : 1;
  // Without leading zeros, the longer number is the greater.
  const order = isNumber ? a.length - b.length : 0;
  if (order !== 0 || a === b) return order;
  return a < b ? -1 : 1;
}
