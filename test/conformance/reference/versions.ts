export interface Version {
  readonly numbers: readonly bigint[];
  /** Identifiers; none for a release. */
  readonly prerelease: readonly string[];
}

const NUMERIC = /^(0|[1-9][0-9]*)$/;
const IDENTIFIER = /^[0-9A-Za-z-]+$/;

/** Reads SemVer 2.0.0; a leading `v` is allowed, minor and patch may be missing. Undefined for what is no version. */
export function versionOf(text: string): Version | undefined {
  const [withoutBuild, build] = cut(text.startsWith('v') ? text.slice(1) : text, '+');
  const [release, suffix] = cut(withoutBuild, '-');
  const numbers = release.split('.');
  const prerelease = suffix?.split('.') ?? [];
  if (numbers.length > 3 || !numbers.every((number) => NUMERIC.test(number))) return undefined;
  if (!prerelease.every(isPrerelease)) return undefined;
  if (build !== undefined && !build.split('.').every((identifier) => IDENTIFIER.test(identifier))) return undefined;
  return { numbers: [0, 1, 2].map((i) => BigInt(numbers[i] ?? 0)), prerelease };
}

function cut(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isPrerelease(identifier: string): boolean {
  // "Numeric identifiers MUST NOT include leading zeroes."
  return IDENTIFIER.test(identifier) && (!/^[0-9]+$/.test(identifier) || NUMERIC.test(identifier));
}

/** Negative, zero or positive: item 11 of SemVer 2.0.0. Build metadata does not count. */
export function precedence(a: Version, b: Version): number {
  for (const i of [0, 1, 2]) {
    const order = compared(a.numbers[i] ?? 0n, b.numbers[i] ?? 0n);
    if (order !== 0) return order;
  }
  if (a.prerelease.length === 0 || b.prerelease.length === 0)
    return compared(a.prerelease.length === 0, b.prerelease.length === 0);
  for (const i of a.prerelease.keys()) {
    const [mine, other] = [a.prerelease[i], b.prerelease[i]];
    if (mine === undefined || other === undefined) break;
    const order = comparedIdentifiers(mine, other);
    if (order !== 0) return order;
  }
  return compared(a.prerelease.length, b.prerelease.length);
}

function comparedIdentifiers(a: string, b: string): number {
  const areNumeric = [NUMERIC.test(a), NUMERIC.test(b)];
  if (areNumeric[0] && areNumeric[1]) return compared(BigInt(a), BigInt(b));
  if (areNumeric[0] || areNumeric[1]) return areNumeric[0] ? -1 : 1;
  return compared(a, b);
}

function compared<T extends bigint | number | string | boolean>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
