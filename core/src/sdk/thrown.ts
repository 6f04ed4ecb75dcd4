/** What was thrown, in words: callers throw anything, even what has no text. */
export function thrownWords(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something without a text';
  }
}
