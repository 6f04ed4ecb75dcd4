/**
 * MurmurHash3_x86_32 of the text's UTF-8 bytes, as a signed 32-bit integer; a lone surrogate counts as U+FFFD.
 * Our own, because the usual package encodes into a new array on every call (`npm run bench:evaluation`); signed,
 * because half of the unsigned ones would be boxed.
 */
export function hash32(text: string, seed: number): number {
  const { length } = text;
  let hash = seed;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return hashUtf8(text, seed);
    hash = mixed(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let shift = 0; i < length; i += 1, shift += 8) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return hashUtf8(text, seed);
    tail |= unit << shift;
  }
  return finished(hash ^ scrambled(tail), length);
}

/** The same as an unsigned integer. */
export function murmur3(text: string, seed: number): number {
  return hash32(text, seed) >>> 0;
}

/** Everywhere that this runs, though not a part of the language. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

/** The same for text beyond ASCII. */
function hashUtf8(text: string, seed: number): number {
  let hash = seed;
  let word = 0;
  let length = 0;
  for (const byte of new TextEncoder().encode(text)) {
    word |= byte << ((length & 3) * 8);
    length += 1;
    if ((length & 3) !== 0) continue;
    hash = mixed(hash, word);
    word = 0;
  }
  return finished(hash ^ scrambled(word), length);
}

function scrambled(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

function mixed(hash: number, word: number): number {
  const h = hash ^ scrambled(word);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
