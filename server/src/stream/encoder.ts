/** The UTF-8 form of a frame; the same text gives the same buffer for as long as it is kept. */
export type Encoder = (text: string) => Buffer;

/**
 * One buffer per frame instead of one per socket: what a thousand slow sockets wait for exists once.
 * Keeps the frames used last, up to `maxBytes` together.
 */
export function createEncoder(maxBytes: number): Encoder {
  const kept = new Map<string, Buffer>();
  let bytes = 0;

  function forgetOldest(): void {
    const [oldest] = kept;
    if (oldest === undefined) return;
    kept.delete(oldest[0]);
    bytes -= oldest[1].length;
  }

  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const buffer = Buffer.from(text);
    kept.set(text, buffer);
    bytes += buffer.length;
    while (bytes > maxBytes && kept.size > 1) forgetOldest();
    return buffer;
  };
}
