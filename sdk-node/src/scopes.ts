import type { ContextInput } from '@glidepath/core';
import type { Ambient } from './ambient.ts';
import type { Host } from './host.ts';
import { Scope } from './scope.ts';
import type { ScopeOptions } from './scope-types.ts';

/** The part of a client that makes scopes. */
export interface Scopes {
  forContext(context: ContextInput, options?: ScopeOptions): Scope;
  runWithContext<R>(context: ContextInput, run: (scope: Scope) => R, options?: ScopeOptions): R;
  current(): Scope;
  /** Runs it where nothing that the scope is asked counts. */
  unseen<R>(context: ContextInput, run: () => R): R;
}

export function createScopes(host: Host): Scopes {
  let ambient: Ambient<Scope> | null = null;
  const within = <R>(scope: Scope, run: () => R): R => {
    ambient ??= host.platform.createAmbient<Scope>();
    return ambient.run(scope, run);
  };
  return {
    forContext: (context, options) => new Scope(host, context, options),
    runWithContext(context, run, options) {
      const scope = new Scope(host, context, options);
      return within(scope, () => run(scope));
    },
    current: () => ambient?.current() ?? new Scope(host, null),
    unseen: (context, run) => within(new Scope(host, context, undefined, true), run),
  };
}
