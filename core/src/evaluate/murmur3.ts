const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/**
 * MurmurHash3_x86_32 of the text's UTF-8 bytes, as an unsigned 32-bit integer; a lone surrogate counts as U+FFFD.
 * Our own, because the usual package encodes into a new array on every call (`npm run bench` prints both).
 */
export function murmur3(text: string, seed: number): number {
  const { length } = text;
  let hash = seed;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 0x7f) return murmur3Utf8(text, seed);
    hash = mixed(hash, a | (b << 8) | (c << 16) | (d << 24));
  }
  let tail = 0;
  for (let shift = 0; i < length; i += 1, shift += 8) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return murmur3Utf8(text, seed);
    tail |= unit << shift;
  }
  return finished(hash ^ scrambled(tail), length);
}

/** The same for text beyond ASCII: encodes one code point at a time. */
function murmur3Utf8(text: string, seed: number): number {
  let hash = seed;
  let word = 0;
  let length = 0;
  for (let i = 0; i < text.length; i += 1) {
    let point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i += 1;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    const width = widthOf(point);
    for (let k = 0; k < width; k += 1) {
      word |= byteOf(point, width, k) << ((length & 3) * 8);
      length += 1;
      if ((length & 3) !== 0) continue;
      hash = mixed(hash, word);
      word = 0;
    }
  }
  return finished(hash ^ scrambled(word), length);
}

function widthOf(point: number): number {
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

function byteOf(point: number, width: number, index: number): number {
  if (width === 1) return point;
  const bits = point >>> (6 * (width - 1 - index));
  return index === 0 ? ((0xff00 >> width) & 0xff) | bits : 0x80 | (bits & 0x3f);
}

function scrambled(word: number): number {
  const k = Math.imul(word, C1);
  return Math.imul((k << 15) | (k >>> 17), C2);
}

function mixed(hash: number, word: number): number {
  const h = hash ^ scrambled(word);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finished(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
