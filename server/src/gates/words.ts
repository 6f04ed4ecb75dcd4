/** A share as people read it: `4.1 %`. */
export function percentOf(share: number): string {
  return `${short(share * 100)} %`;
}

export function millisecondsOf(ms: number): string {
  return `${short(ms)} ms`;
}

/** Three digits are enough to see on which side of a limit something is. */
export function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Of executions, people, instances. */
export function countOf(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}
