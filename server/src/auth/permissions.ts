import type { Principal, Role } from './principal.ts';
import { ROLES } from './principal.ts';

/** Every action that anybody may be allowed, and the weakest role that may. */
export const ACTIONS = {
  'project.read': 'viewer',
  'flag.read': 'viewer',
  'flag.evaluate': 'viewer',
  'flag.kill': 'operator',
  'flag.toggle': 'operator',
  'flag.edit': 'editor',
  'segment.edit': 'editor',
  'environment.edit': 'admin',
  'project.edit': 'admin',
  'key.read': 'viewer',
  'key.edit': 'admin',
  'member.read': 'viewer',
  'member.edit': 'admin',
  'token.edit': 'viewer',
  'audit.read': 'viewer',
  'rollout.run': 'operator',
  'plan.edit': 'editor',
  'deploy.record': 'operator',
  'code.upload': 'operator',
  'incident.edit': 'operator',
  'channel.edit': 'admin',
  'integration.edit': 'admin',
} as const satisfies Record<string, Role>;

export type Action = keyof typeof ACTIONS;

/** Where an action happens: the installation, a project, or one environment of it. */
export type Scope =
  | { readonly kind: 'installation' }
  | { readonly kind: 'project'; readonly projectId: string }
  | { readonly kind: 'environment'; readonly projectId: string; readonly environmentKey: string };

/** Whether the principal may do this there. Keys of SDKs may do nothing that this table names. */
export function may(principal: Principal, action: Action, scope: Scope): boolean {
  switch (principal.kind) {
    case 'member':
      return reaches(roleIn(principal.roles, scope), ACTIONS[action]);
    case 'token':
      return (
        inTokenScope(principal, scope) &&
        isFor(principal, action) &&
        roleMay(principal.role, action) &&
        reaches(roleIn(principal.roles, scope), ACTIONS[action])
      );
    default:
      return false;
  }
}

/** Whoever says something of flags has to know which there are. */
const ALWAYS: readonly Action[] = ['project.read', 'flag.read'];

function isFor({ only }: Extract<Principal, { kind: 'token' }>, action: Action): boolean {
  return only === null || ALWAYS.includes(action) || only.some((right) => right === action);
}

function inTokenScope(token: Extract<Principal, { kind: 'token' }>, scope: Scope): boolean {
  if (scope.kind === 'installation') return token.projects === null && token.environments === null;
  if (token.projects !== null && !token.projects.includes(scope.projectId)) return false;
  if (token.environments === null) return true;
  return scope.kind === 'environment' && token.environments.includes(scope.environmentKey);
}

export function roleMay(role: Role, action: Action): boolean {
  return reaches(role, ACTIONS[action]);
}

/** Whether these roles reach at least this one in a project (by id), or with `*` everywhere. */
export function hasRole(roles: Readonly<Record<string, Role>>, project: string, role: Role): boolean {
  return reaches(strongest(roles['*'], roles[project]), role);
}

function roleIn(roles: Readonly<Record<string, Role>>, scope: Scope): Role | undefined {
  if (scope.kind === 'installation') return roles['*'];
  return strongest(roles['*'], roles[scope.projectId]);
}

function strongest(a: Role | undefined, b: Role | undefined): Role | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return ROLES.indexOf(a) >= ROLES.indexOf(b) ? a : b;
}

function reaches(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
