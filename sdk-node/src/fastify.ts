import type { AsyncResource } from 'node:async_hooks';
import { kindOf } from '@glidepath/core/sdk';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { type RequestOptions, said, withinScope } from './health/request.ts';
import type { FlagScope } from './scope-types.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the flags say to whoever asks: the same for as long as the request takes. */
    flags: FlagScope;
  }
}

export interface FastifyFlagsOptions extends RequestOptions<FastifyRequest> {
  /** Whether it failed. Default: a status from 500, or an error that was thrown and is no refusal with a status of its own below. */
  readonly isError?: (reply: FastifyReply, error: unknown) => boolean;
}

interface Going {
  readonly around: AsyncResource | null;
  error: unknown;
}

/**
 * Gives every request a scope, and attributes its outcome to the flags that it has read:
 * `app.register(flagsPlugin, { client, context })`.
 */
export const flagsPlugin: FastifyPluginCallback<FastifyFlagsOptions> = (app, options, done) => {
  const { client, context, operation = operationOf, isError = hasFailed, skip } = options;
  const going = new WeakMap<FastifyRequest, Going>();
  // Fastify makes requests of one shape, which a property that is added later would spoil.
  app.decorateRequest('flags', null as unknown as FlagScope);
  app.addHook('onRequest', (request, _reply, next) => {
    withinScope(
      client,
      said(() => context?.(request) ?? null, null),
      request,
      (scope, around) => {
        request.flags = scope;
        if (!said(() => skip?.(request) === true, false)) going.set(request, { around, error: null });
        next();
      },
    );
  });
  app.addHook('preValidation', (request, _reply, next) => {
    const around = going.get(request)?.around;
    if (around) around.runInAsyncScope(next);
    else next();
  });
  app.addHook('onError', (request, _reply, error, next) => {
    const state = going.get(request);
    if (state) state.error = error;
    next();
  });
  app.addHook('onResponse', (request, reply, next) => {
    const state = going.get(request);
    if (state) {
      const { error } = state;
      const failed = said(() => isError(reply, error), hasFailed(reply, error));
      const kind = error === null ? String(reply.statusCode) : kindOf(error);
      const outcome = {
        durationMs: reply.elapsedTime,
        operation: said(() => operation(request), operationOf(request)),
      };
      request.flags.end(failed ? { ok: false, ...outcome, error: kind } : { ok: true, ...outcome });
    }
    next();
  });
  done();
};

// What the package fastify-plugin would do: hooks are for the whole application, not for a part of their own.
Object.assign(flagsPlugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@glidepath/sdk-node',
  [Symbol.for('plugin-meta')]: { name: '@glidepath/sdk-node', fastify: '5.x' },
});

/** Never the URL as it came: it would be a series for everybody, and may tell who they are. */
function operationOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url ?? '(no route)'}`;
}

function hasFailed({ statusCode }: FastifyReply, error: unknown): boolean {
  return statusCode >= 500 || (error !== null && !isRefusal(error));
}

/** Whoever throws an error with a status below 500 tells that the request was wrong. */
function isRefusal(error: unknown): boolean {
  const status: unknown = (error as { readonly statusCode?: unknown }).statusCode;
  return typeof status === 'number' && status < 500;
}
