import { utf8Length } from '@glidepath/core/protocol';

/** What is left of a report. */
export interface Room {
  bytes: number;
}

/** Takes entries out of the map, from the oldest, as long as their text fits. */
export function taken<T, W>(entries: Map<string, T>, room: Room, onWire: (entry: T) => W): readonly W[] {
  const out: W[] = [];
  for (const [name, entry] of entries) {
    const wire = onWire(entry);
    room.bytes -= utf8Length(JSON.stringify(wire)) + 1;
    if (room.bytes < 0) break;
    out.push(wire);
    entries.delete(name);
  }
  return out;
}

/** Servers refuse control characters and halves of surrogate pairs; a key cut to length may end with one. */
export function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Surrogate}]/gu, '\ufffd');
}
