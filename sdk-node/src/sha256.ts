// FIPS 180-4, for platforms that have no hash that answers at once.

const BLOCK_BYTES = 64;
const encoder = new TextEncoder();

/** The first 32 bits of the fractional parts of a root of the first `count` primes. */
function constants(count: number, root: (prime: number) => number): Uint32Array {
  const words = new Uint32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate += 1) {
    if (!isPrime(candidate)) continue;
    const value = root(candidate);
    words[found] = (value - Math.floor(value)) * 2 ** 32;
    found += 1;
  }
  return words;
}

function isPrime(candidate: number): boolean {
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) if (candidate % divisor === 0) return false;
  return true;
}

let tables: { readonly start: Uint32Array; readonly rounds: Uint32Array } | null = null;

/** On first use: nothing happens when a module is imported. */
function tablesOf() {
  tables ??= { start: constants(8, Math.sqrt), rounds: constants(64, Math.cbrt) };
  return tables;
}

export function sha256(bytes: Uint8Array): Uint8Array {
  const { start, rounds } = tablesOf();
  const state = Uint32Array.from(start);
  const padded = paddedOf(bytes);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < padded.byteLength; at += BLOCK_BYTES) compress(state, schedule, rounds, padded, at);
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((value, index) => {
    digest.setUint32(index * 4, value);
  });
  return new Uint8Array(digest.buffer);
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? sha256(key) : key);
  const keyed = (pad: number, text: Uint8Array) =>
    sha256(
      joined(
        block.map((byte) => byte ^ pad),
        text,
      ),
    );
  return keyed(0x5c, keyed(0x36, message));
}

/** RFC 5869 without a salt, for keys of 32 bytes: one round of expansion. */
export function hkdfSha256(secret: string, info: string): Uint8Array {
  const extracted = hmacSha256(new Uint8Array(32), encoder.encode(secret));
  return hmacSha256(extracted, joined(encoder.encode(info), Uint8Array.of(1)));
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function paddedOf(bytes: Uint8Array): DataView {
  const length = Math.ceil((bytes.length + 9) / BLOCK_BYTES) * BLOCK_BYTES;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, bytes.length << 3);
  return view;
}

const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
const word = (words: Uint32Array, at: number): number => words[at] as number;

function compress(state: Uint32Array, schedule: Uint32Array, rounds: Uint32Array, padded: DataView, at: number): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = padded.getUint32(at + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const before = word(schedule, t - 15);
    const last = word(schedule, t - 2);
    const s0 = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
    const s1 = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
    schedule[t] = word(schedule, t - 16) + s0 + word(schedule, t - 7) + s1;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + s1 + ((e & f) ^ (~e & g)) + word(rounds, t) + word(schedule, t)) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((value, index) => {
    state[index] = word(state, index) + value;
  });
}
