const NAME = /^[A-Za-z][\w.:-]{0,63}$/;
const NAME_OR_STATUS = /^[A-Za-z\d][\w.:-]{0,63}$/;

/** The kind of what was thrown, such as `TimeoutError`: its name and never its message, which may tell of people. */
export function kindOf(error: unknown): string {
  const name = nameOf(error);
  return name !== null && NAME.test(name) ? name : 'Error';
}

/** The kind that an application names, such as `TimeoutError` or `503`; a message, or whatever else it passes, is none. */
export function kindNamed(error: unknown): string {
  return typeof error === 'string' && NAME_OR_STATUS.test(error) ? error : kindOf(error);
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
