import type { ItemKind } from '../model/items.ts';

/** The first 16 bytes of SHA-256 of a text's UTF-8 form, as 32 hexadecimal digits. */
export type Hash = (text: string) => string;

/** What the digest knows of an item: bodies are left out, because JavaScript reorders integer-like keys of JSON. */
export interface Stamp {
  readonly kind: ItemKind;
  readonly key: string;
  readonly rev: number;
}

/** The digest of no items. */
export const EMPTY_DIGEST = '0'.repeat(32);

const WORDS = [0, 8, 16, 24] as const;

/** The digest after XORing each stamp into it: the same call adds an item and takes it out again. */
export function toggled(digest: string, stamps: Iterable<Stamp>, hash: Hash): string {
  const words = WORDS.map((at) => wordOf(digest, at));
  for (const stamp of stamps) {
    const hashed = hash(`${stamp.kind}\t${stamp.key}\t${stamp.rev}`);
    WORDS.forEach((at, index) => {
      words[index] = ((words[index] ?? 0) ^ wordOf(hashed, at)) >>> 0;
    });
  }
  return words.map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The digest of all items, free of their order. */
export function digestOf(items: Iterable<Stamp>, hash: Hash): string {
  return toggled(EMPTY_DIGEST, items, hash);
}

/** The first 8 digits: what heartbeats and acknowledgements carry. */
export function d8Of(digest: string): string {
  return digest.slice(0, 8);
}

function wordOf(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at, at + 8), 16);
}
