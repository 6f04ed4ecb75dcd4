/** Older SQLite can lose writes in WAL mode. */
export const MINIMUM_SQLITE = '3.51.3';
export const MINIMUM_POSTGRES = '14';

/** Refuses a database that is too old, in words for whoever starts the server. */
export function checkVersion(product: string, actual: string, minimum: string): void {
  if (isAtLeast(actual, minimum)) return;
  throw new Error(`${product} ${actual} is too old: Glidepath needs ${product} ${minimum} or newer.`);
}

function isAtLeast(actual: string, minimum: string): boolean {
  const have = actual.split('.').map(Number);
  const need = minimum.split('.').map(Number);
  for (const [position, part] of need.entries()) {
    const own = have[position] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
