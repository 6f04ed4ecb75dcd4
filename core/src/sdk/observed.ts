import { isAbort } from './error-kinds.ts';
import type { GuardOptions } from './health.ts';

/** Runs it and tells the call how it ended; after a failure `again` has its turn. */
export function observed<R>(run: () => R, call: Call, again: (() => R) | null): R {
  let result: R;
  try {
    result = run();
  } catch (error) {
    if (call.failed(error) && again !== null) return again();
    throw error;
  }
  if (isThenable(result)) return follow(result, call, again) as R;
  call.succeeded();
  return result;
}

/** Hears once how something ended. */
export interface Call {
  succeeded(): void;
  /** Whether it counts as a failure. */
  failed(error: unknown): boolean;
}

/**
 * A promise is followed beside its caller, who gets the very same one: it may have methods of its own. Other thenables
 * may begin their work when they are asked for it, and are asked once.
 */
function follow<R>(result: PromiseLike<R>, call: Call, again: (() => R) | null): PromiseLike<R> {
  const failed = (error: unknown): R | PromiseLike<R> => {
    if (call.failed(error) && again !== null) return again();
    throw error;
  };
  if (again === null && result instanceof Promise) {
    result.then(call.succeeded, call.failed);
    return result;
  }
  return result.then((value) => {
    call.succeeded();
    return value;
  }, failed);
}

/** Whether it counts as a failure of what was run. */
export function isFailure(error: unknown, options: Pick<GuardOptions, 'isError'> | undefined): boolean {
  if (typeof options?.isError !== 'function') return !isAbort(error);
  try {
    return options.isError(error) === true;
  } catch {
    return true;
  }
}

function isThenable(value: unknown): value is PromiseLike<never> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  try {
    return typeof (value as { readonly then?: unknown }).then === 'function';
  } catch {
    return false;
  }
}
