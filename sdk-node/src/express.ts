import type { AsyncResource } from 'node:async_hooks';
import type { Request, RequestHandler, Response } from 'express';
import { type RequestOptions, said, withinScope } from './health/request.ts';
import type { FlagScope } from './scope-types.ts';

declare global {
  namespace Express {
    interface Request {
      /** What the flags say to whoever asks: the same for as long as the request takes. */
      flags: FlagScope;
    }
  }
}

export interface ExpressFlagsOptions extends RequestOptions<Request> {
  /** Whether it failed. Default: a status from 500, which is what an error that nobody handles becomes. */
  readonly isError?: (response: Response) => boolean;
}

/**
 * Gives every request a scope, and attributes its outcome to the flags that it has read:
 * `app.use(flagsMiddleware({ client, context }))`, before the routes.
 */
export function flagsMiddleware(options: ExpressFlagsOptions): RequestHandler {
  const { client, context, isError = ({ statusCode }) => statusCode >= 500, skip } = options;
  return (request, response, next) => {
    const startedAt = performance.now();
    withinScope(
      client,
      said(() => context?.(request) ?? null, null),
      request,
      (scope, around) => {
        request.flags = scope;
        if (around) keepAround(request, around);
        if (!said(() => skip?.(request) === true, false)) {
          const values = watchParameters(request);
          response.on('finish', () => {
            const route = operationOf(request, values);
            const operation = said(() => options.operation?.(request) ?? route, route);
            const outcome = { durationMs: performance.now() - startedAt, operation };
            const error = String(response.statusCode);
            scope.end(
              said(() => isError(response), response.statusCode >= 500)
                ? { ok: false, ...outcome, error }
                : { ok: true, ...outcome },
            );
          });
        }
        next();
      },
    );
  };
}

/** The events of its body come from the connection, around which no scope is. */
function keepAround(request: Request, around: AsyncResource): void {
  const { emit } = request;
  request.emit = (event: string, ...more: unknown[]): boolean => around.runInAsyncScope(emit, request, event, ...more);
}

/** Every parameter that a route or a mounted router takes from the path; Express knows only the last ones by the end. */
function watchParameters(request: Request): ReadonlySet<string> {
  const values = new Set<string>();
  let current = request.params;
  Object.defineProperty(request, 'params', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set(next: Request['params']) {
      current = next;
      for (const value of Object.values(next ?? {}).flat()) if (typeof value === 'string') values.add(value);
    },
  });
  return values;
}

/**
 * Method and pattern of the route, after where its router is mounted. Never the URL as it came, which would be a series
 * for everybody and may tell who they are: of a mount only words stay that no parameter has taken.
 */
function operationOf({ method, baseUrl, route }: Request, parameters: ReadonlySet<string>): string {
  const path: unknown = (route as { readonly path?: unknown } | undefined)?.path;
  if (path === undefined) return `${method} (no route)`;
  const mount = baseUrl.replace(/[^/]+/g, (part) => (isWord(part) && !parameters.has(part) ? part : ':'));
  return `${method} ${mount}${String(path)}`;
}

function isWord(part: string): boolean {
  return /^(?:[a-z][a-z_-]{0,31}|v\d{1,2})$/i.test(part);
}
