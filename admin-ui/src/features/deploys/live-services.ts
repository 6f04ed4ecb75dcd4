import type { LiveVersionView } from '@glidepath/server/api-types';

export interface LiveService {
  readonly service: string;
  readonly instances: number;
  /** Instances that lag behind the newest flags. */
  readonly behind: number;
  /** Most instances first. */
  readonly versions: readonly LiveVersionView[];
}

/** What runs of each service, by name. */
export function servicesOf(live: readonly LiveVersionView[]): readonly LiveService[] {
  const names = [...new Set(live.map(({ service }) => service))].toSorted();
  return names.map((service) => {
    const versions = live
      .filter((one) => one.service === service && one.instances > 0)
      .toSorted((a, b) => b.instances - a.instances || b.version.localeCompare(a.version, 'en', { numeric: true }));
    const sum = (count: (one: LiveVersionView) => number) => versions.reduce((total, one) => total + count(one), 0);
    const instances = sum((one) => one.instances);
    return { service, versions, instances, behind: instances - sum((one) => one.onLatest) };
  });
}
