import type {} from 'fastify';
import type { Action } from '../auth/permissions.ts';
import type { PrincipalKind } from '../auth/principal.ts';

/**
 * Who may call a route: written beside it, without which the server does not start and the build fails.
 * `object` says where the action happens: `project` and `environment` are read from the path parameters
 * `p` and `e`. Writes of flags name the weakest action that they may need; the service decides per instruction.
 */
export interface RoutePolicy {
  readonly principals: readonly PrincipalKind[];
  readonly action: Action | 'public' | 'signed-in' | 'stream';
  readonly object: 'none' | 'installation' | 'project' | 'environment';
  /**
   * Where the credential may be besides `Authorization`: in `X-API-Key`; or nowhere but in `?ticket=`, or in the
   * body's `id`, which is looked at once it is read.
   */
  readonly credential?: 'api-key-header' | 'ticket' | 'body';
}

declare module 'fastify' {
  interface FastifyContextConfig {
    policy?: RoutePolicy;
    /** Accepts another body than `application/json`, by a parser of its own. */
    rawBody?: true;
    /** Its parameters reach no database: any character may stand in them. */
    anyPath?: true;
  }
}
