import { counted, grouped } from '@glidepath/core/change';

export const nowMessages = {
  title: 'Now',
  name: (environment: string | null) => (environment === null ? 'Now' : `Now · ${environment}`),
  environments: 'Environments',
  all: 'All',
  failed: 'The situation could not be loaded',
  stale: 'What stands here may be old',
  loading: 'Loading…',
  needs: {
    title: (count: number) => (count === 0 ? 'Needs you' : `Needs you (${count})`),
    none: 'Nothing waits for you.',
    review: 'Review',
    killed: (reason: string) => `is killed: ${reason}`,
  },
  moving: {
    title: 'Moving',
    none: 'Nothing moves by itself.',
    incident: (id: string, title: string) => `${id} ${title}`,
    led: (name: string) => `led by ${name}`,
    open: (duration: string) => `open ${duration}`,
  },
  changes: {
    title: (count: number) => (count < 2 ? 'Last changes' : `Last ${count} changes`),
    none: 'Nothing has been changed yet.',
    create: 'New flag',
    unknown: 'somebody',
    removed: 'The record of this change is gone.',
    version: (version: number) => `version ${grouped(version)}`,
  },
  fleet: {
    title: 'Fleet',
    connected: (connected: number, latest: number) => `${grouped(connected)} connected · ${grouped(latest)} on latest`,
    none: 'no server SDK connected',
    behind: (count: number) => `${counted(count, 'instance')} behind`,
    slowest: (ms: number) =>
      `slowest acknowledgement of the changes shown: ${ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`}`,
  },
  quiet: {
    title: (since: string) => `All quiet since ${since}`,
    titleAlways: 'All quiet',
    lastIncident: 'Last incident:',
    resolved: 'resolved',
    noIncident: 'There has been no incident so far.',
  },
} as const;
