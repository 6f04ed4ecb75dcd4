import type { Call } from './call.ts';

const e = encodeURIComponent;

export const projectRoute = (call: Call): string => `/api/v1/projects/${e(call.project())}`;

export const environmentRoute = (call: Call): string =>
  `${projectRoute(call)}/environments/${e(call.environment().key)}`;

export const flagRoute = (call: Call, flag: string): string => `${projectRoute(call)}/flags/${e(flag)}`;

export const configRoute = (call: Call, flag: string): string => `${environmentRoute(call)}/flags/${e(flag)}`;

export const rolloutRoute = (call: Call, id: string): string => `${projectRoute(call)}/rollouts/${e(id)}`;

/** Where people read what was recorded about a flag. */
export function auditUrl(call: Call, flag: string, environment: string | null): string {
  const query = new URLSearchParams({ flag, ...(environment !== null && { environment }) });
  return `${call.url()}/p/${e(call.project())}/audit?${query}`;
}
