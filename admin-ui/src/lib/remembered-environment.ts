const KEY = 'glidepath-environment';

/** The environment last chosen in this tab: a new tab starts without one, so that nothing opens on production by itself. */
export function rememberedEnvironment(): string | undefined {
  return sessionStorage.getItem(KEY) ?? undefined;
}

export function rememberEnvironment(key: string): void {
  sessionStorage.setItem(KEY, key);
}
