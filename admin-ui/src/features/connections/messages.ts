import { grouped } from '@glidepath/core/change';

export const connectionMessages = {
  title: 'Connections',
  lead: (live: number, latest: number) => `${grouped(live)} live · ${grouped(latest)} on the latest version`,
  failed: 'The connections could not be loaded',
  list: 'Connected SDKs',
  application: 'Application',
  instance: 'Instance',
  sdk: 'SDK',
  since: 'Connected',
  applied: 'Applied version',
  seen: 'Last seen',
  unknown: 'unnamed',
  nothingApplied: 'none yet',
  behind: (version: number, by: number) => `${version} · ${by} behind`,
  current: (version: number) => `${version} ✓`,
  silent: (seconds: number) => (seconds < 1 ? 'now' : `${seconds} s ago`),
  unsupported: (count: number) => `${count} ${count === 1 ? 'flag' : 'flags'} it cannot evaluate`,
  none: 'No SDK is connected here',
  noneWhy: 'Start an application with this environment’s server key, and it appears within a second.',
  more: (shown: number, total: number) => `${grouped(shown)} of ${grouped(total)} shown`,
} as const;
