import { counted, grouped } from '@glidepath/core/change';

export const listMessages = {
  entriesOf: (label: string) => `${label}: what is in the list`,
  remove: (value: string) => `Remove ${value}`,
  count: (count: number) => `${grouped(count)} values`,
  added: (added: number, duplicates: number) =>
    `${grouped(added)} new${duplicates === 0 ? '' : `, ${counted(duplicates, 'duplicate')}`}`,
  show: 'Show',
  hide: 'Hide',
  copy: 'Copy all',
  copied: 'Copied',
  clear: 'Remove all',
  search: 'Search in the list',
  searchIn: (label: string) => `Search in ${label}`,
  shown: (shown: number, count: number) =>
    shown === count ? `${grouped(count)} found` : `the first ${grouped(shown)} of ${grouped(count)}`,
} as const;
