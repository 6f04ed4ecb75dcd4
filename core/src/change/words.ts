/** A key or a value as it stands in a sentence. */
export function code(text: string): string {
  return `\`${text}\``;
}

/** `a`, `b` or `c`. */
export function oneOf(keys: readonly string[]): string {
  return listed(keys.map(code), 'or');
}

/** `a`, `b` and `c`. */
export function allOf(keys: readonly string[]): string {
  return listed(keys.map(code), 'and');
}

export function listed(words: readonly string[], joint: 'and' | 'or'): string {
  const last = words.at(-1);
  if (last === undefined) return 'nothing';
  if (words.length === 1) return last;
  return `${words.slice(0, -1).join(', ')} ${joint} ${last}`;
}

/** The first `most` of them, and how many more there are. */
export function someOf(keys: readonly string[], most: number): string {
  if (keys.length <= most) return allOf(keys);
  return `${keys.slice(0, most).map(code).join(', ')} and ${grouped(keys.length - most)} more`;
}

/** `1 key`, `12,000 keys`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Thousands apart: 100,000. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Buckets of 100,000 as a percentage with up to three decimals: exact, never rounded. */
export function percent(buckets: number): string {
  const decimals = String(buckets % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '');
  const whole = Math.floor(buckets / 1000);
  return decimals === '' ? `${whole} %` : `${whole}.${decimals} %`;
}
