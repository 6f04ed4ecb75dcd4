import type { MemberView } from '@glidepath/server/api-types';

export type Role = MemberView['roles'][string];

/** Weakest first. */
export const ROLES = ['viewer', 'operator', 'editor', 'admin'] as const satisfies readonly Role[];

/** The role in every project; null where it differs by project. */
export function roleEverywhere({ roles }: Pick<MemberView, 'roles'>): Role | null {
  return Object.keys(roles).length === 1 ? (roles['*'] ?? null) : null;
}
