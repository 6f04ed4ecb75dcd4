import { AsyncResource } from 'node:async_hooks';
import type { FlagScope } from '../scope-types.ts';
import type { ContextInput, FlagsClient } from '../types.ts';

const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** How an adapter for a framework is told of its requests. What throws here is as if it had not been given. */
export interface RequestOptions<Request> {
  readonly client: FlagsClient;
  /** For whom flags are evaluated. Default: nobody. */
  readonly context?: (request: Request) => ContextInput;
  /** Low-cardinality name of what was done. Default: method and pattern of the route. */
  readonly operation?: (request: Request) => string;
  /** Requests whose outcome says nothing, such as checks of health. Default: none. */
  readonly skip?: (request: Request) => boolean;
}

/** What the application says about a request; where its code throws, `otherwise`: no request fails for its flags. */
export function said<T>(say: () => T, otherwise: T): T {
  try {
    return say();
  } catch {
    return otherwise;
  }
}

/** As much of a request as says what is done around it. */
interface Asked {
  readonly method: string;
  readonly headers: { readonly cookie?: string | undefined };
}

/**
 * Goes on with the scope around all that follows. A body arrives in events of the connection, around which no scope is:
 * `around`, null for requests without a body, runs something within the scope again.
 */
export function withinScope(
  client: FlagsClient,
  context: ContextInput,
  { method, headers: { cookie } }: Asked,
  goOn: (scope: FlagScope, around: AsyncResource | null) => void,
): void {
  client.runWithContext(
    context,
    (scope) => goOn(scope, BODILESS.has(method) ? null : new AsyncResource('glidepath.request')),
    cookie === undefined ? undefined : { cookie },
  );
}
