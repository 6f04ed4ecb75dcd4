/** A version of SemVer 2.0.0, whose parts that are missing are 0. */
export interface Version {
  readonly numbers: readonly number[];
  readonly labels: readonly string[];
}

const NUMBER = '(0|[1-9]\\d*)';
const LABEL = '(?:0|[1-9]\\d*|\\d*[A-Za-z-][\\dA-Za-z-]*)';
const VERSION = new RegExp(
  `^${NUMBER}(?:\\.${NUMBER})?(?:\\.${NUMBER})?(?:-(${LABEL}(?:\\.${LABEL})*))?(?:\\+[\\dA-Za-z.-]+)?$`,
);

export function readVersion(text: string): Version | null {
  const match = VERSION.exec(text.trim());
  if (match === null) return null;
  const [, major = '0', minor = '0', patch = '0', labels] = match;
  return { numbers: [major, minor, patch].map(Number), labels: labels?.split('.') ?? [] };
}

/** Negative, 0 or positive, as SemVer orders them. */
export function compareVersions(one: Version, other: Version): number {
  for (const [place, number] of one.numbers.entries()) {
    const difference = number - (other.numbers[place] ?? 0);
    if (difference !== 0) return difference;
  }
  if (one.labels.length === 0 || other.labels.length === 0) return other.labels.length - one.labels.length;
  for (const [place, label] of one.labels.entries()) {
    const against = other.labels[place];
    if (against === undefined) return 1;
    const difference = compareLabels(label, against);
    if (difference !== 0) return difference;
  }
  return one.labels.length - other.labels.length;
}

function compareLabels(one: string, other: string): number {
  const [isNumber, isOther] = [/^\d+$/.test(one), /^\d+$/.test(other)];
  if (isNumber !== isOther) return isNumber ? -1 : 1;
  if (isNumber) return Number(one) - Number(other);
  return one === other ? 0 : one < other ? -1 : 1;
}
