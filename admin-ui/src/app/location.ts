const PROJECT_PREFIX = /^\/p\/([^/]+)/;

/** The key in `/p/<project>/…`; null where the address names none. */
export function projectInPath(pathname: string): string | null {
  const match = PROJECT_PREFIX.exec(pathname);
  return match?.[1] === undefined ? null : decodeURIComponent(match[1]);
}

/** What stands before every route of a project; nothing for the first one, so that most people never see it. */
export function basePathOf(pathname: string): string {
  return PROJECT_PREFIX.exec(pathname)?.[0] ?? '/';
}

/** The token of a set-up link; null on every other page. */
export function setUpTokenOf(location: Pick<Location, 'pathname' | 'hash'>): string | null {
  return location.pathname === '/setup' ? decodeURIComponent(location.hash.slice(1)) : null;
}
