const NAME = /^[A-Za-z][\w.:-]{0,63}$/;

/** The kind of what was thrown, such as `TimeoutError`: its name and never its message, which may tell of people. */
export function kindOf(error: unknown): string {
  const name = nameOf(error);
  return name !== null && NAME.test(name) ? name : 'Error';
}

/** Whoever gave up is not a failure of what was tried. */
export function isAbort(error: unknown): boolean {
  return nameOf(error) === 'AbortError';
}

/** Anything can be thrown, also what throws when it is looked at. */
function nameOf(error: unknown): string | null {
  try {
    const name: unknown = (error as { readonly name?: unknown } | null)?.name;
    return typeof name === 'string' ? name : null;
  } catch {
    return null;
  }
}
