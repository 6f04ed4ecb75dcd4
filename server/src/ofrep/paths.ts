/** All routes of the protocol are below it. */
export const PREFIX = '/ofrep';
export const FLAGS_PATH = '/ofrep/v1/evaluate/flags';
export const STREAM_PATH = '/ofrep/v1/stream';

/**
 * Clients that do not encode keys send whatever the caller typed. A key that is no valid escape sequence is taken
 * literally, so that it is an unknown flag like any other, and not a broken URL.
 */
export function readableUrl(url: string): string {
  const rest = restOf(url);
  if (rest === null || decoded(rest) !== null) return url;
  return `${FLAGS_PATH}/${encodeURIComponent(rest)}${url.slice(FLAGS_PATH.length + 1 + rest.length)}`;
}

/** The key that a URL asks for; null = it asks for no single flag. */
export function flagKeyIn(url: string): string | null {
  const rest = restOf(url);
  return rest === null ? null : (decoded(rest) ?? rest);
}

function restOf(url: string): string | null {
  if (!url.startsWith(`${FLAGS_PATH}/`)) return null;
  const [path = ''] = url.split('?', 1);
  return path.slice(FLAGS_PATH.length + 1);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
