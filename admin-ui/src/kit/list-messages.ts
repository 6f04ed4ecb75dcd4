const counts = new Intl.NumberFormat('en');

export const listMessages = {
  entriesOf: (label: string) => `${label}: what is in the list`,
  remove: (value: string) => `Remove ${value}`,
  count: (count: number) => `${counts.format(count)} values`,
  added: (added: number, duplicates: number) =>
    `${counts.format(added)} new${duplicates === 0 ? '' : `, ${counts.format(duplicates)} ${duplicates === 1 ? 'duplicate' : 'duplicates'}`}`,
  show: 'Show',
  hide: 'Hide',
  copy: 'Copy all',
  copied: 'Copied',
  clear: 'Remove all',
  search: 'Search in the list',
  searchIn: (label: string) => `Search in ${label}`,
  shown: (shown: number, count: number) =>
    shown === count ? `${counts.format(count)} found` : `the first ${counts.format(shown)} of ${counts.format(count)}`,
} as const;
