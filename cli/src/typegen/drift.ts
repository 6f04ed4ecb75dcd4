/** Lines that only one of two texts has, at most so many of each. */
export function driftLines(before: string, after: string, most = 10): readonly string[] {
  const [old, now] = [before, after].map((text) => text.split('\n').filter((line) => line !== ''));
  return [...only('-', old ?? [], now ?? [], most), ...only('+', now ?? [], old ?? [], most)];
}

function only(mark: string, lines: readonly string[], others: readonly string[], most: number): readonly string[] {
  const known = new Set(others);
  const missing = lines.filter((line) => !known.has(line));
  const shown = missing.slice(0, most).map((line) => `${mark} ${line.trim()}`);
  return missing.length > most ? [...shown, `${mark} and ${missing.length - most} more`] : shown;
}
