import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';

export const FLAG_STATES = ['on', 'partial', 'off', 'killed'] as const;
export const FLAG_PURPOSES = [
  'release',
  'experiment',
  'kill-switch',
  'operational',
  'permission',
  'migration',
] as const;
export const FLAG_SORTS = ['key', 'name', '-createdAt', 'createdAt', '-updatedAt'] as const;

const fields = {
  q: z.string().check(z.maxLength(200)),
  state: z.enum(FLAG_STATES),
  purpose: z.enum(FLAG_PURPOSES),
  environment: z.string(),
  owner: z.string(),
  tag: z.string(),
  archived: z.literal('true'),
  sort: z.enum(FLAG_SORTS),
};

export type FlagSearch = Search<typeof fields>;
export const readFlagSearch = searchReader(fields);

/** The filters that a list of flags is asked with. */
export type FlagFilters = Omit<FlagSearch, 'ignored'>;

export function filtersOf({ ignored: _ignored, ...filters }: FlagSearch): FlagFilters {
  return filters;
}

/** Whether anything but the order is asked for. */
export function isFiltered({ sort: _sort, ...filters }: FlagFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== '');
}
