import type { CLEANUP_AGES } from '@glidepath/server/api-types';
import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';

export const AGES = ['30-60', '60-90', '90-180', '180-'] as const satisfies typeof CLEANUP_AGES;
export const READINESS = ['safe', 'caution', 'blocked'] as const;
export const SORTS = ['-age', 'age', 'evaluated', 'key'] as const;

const fields = {
  q: z.string().check(z.maxLength(200)),
  ready: z.enum(READINESS),
  owner: z.string().check(z.maxLength(128)),
  age: z.enum(AGES),
  sort: z.enum(SORTS),
};

export type CleanUpSearch = Search<typeof fields>;
export const readCleanUpSearch = searchReader(fields);

/** The filters that the list is asked with. */
export type CleanUpFilters = Omit<CleanUpSearch, 'ignored'>;

export function filtersOf({ ignored: _ignored, ...filters }: CleanUpSearch): CleanUpFilters {
  return filters;
}

/** Whether anything but the order is asked for. */
export function isFiltered({ sort: _sort, ...filters }: CleanUpFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== '');
}
