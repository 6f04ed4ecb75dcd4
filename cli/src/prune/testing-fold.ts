import type { Json } from '@glidepath/core';
import { draftOf } from './draft.ts';
import { markersFor } from './markers.ts';
import { purityBy } from './purity.ts';
import { parseFile } from './scoped.ts';
import { settled, wasOf } from './settle.ts';

/** The code with `FLAG` settled at a value. */
export function folded(code: string, value: unknown, file = 'code.ts'): string {
  const markers = markersFor(code);
  const marker = markers.of(value as Json);
  const edits = [...code.matchAll(/\bFLAG\b/g)].map(({ index }) => ({ start: index, end: index + 4, text: marker }));
  const was = wasOf(parseFile(file, code), new Set());
  const purity = purityBy(new Set());
  return settled({ file, text: code, draft: draftOf(code), edits, markers, purity, was }).draft.text;
}
