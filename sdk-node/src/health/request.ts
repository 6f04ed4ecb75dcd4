import { AsyncResource } from 'node:async_hooks';
import type { FlagScope } from '../scope-types.ts';
import type { ContextInput, FlagsClient } from '../types.ts';

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What the application says about a request; where its code throws, `otherwise`: no request fails for its flags. */
export function said<T>(say: () => T, otherwise: T): T {
  try {
    return say();
  } catch {
    return otherwise;
  }
}

/**
 * Goes on with the scope around all that follows. A body arrives in events of the connection, around which no scope is:
 * `around`, null for requests without a body, runs something within the scope again.
 */
export function withinScope(
  client: FlagsClient,
  context: ContextInput,
  method: string,
  goOn: (scope: FlagScope, around: AsyncResource | null) => void,
): void {
  client.runWithContext(context, (scope) =>
    goOn(scope, BODILESS.has(method) ? null : new AsyncResource('glidepath.request')),
  );
}
