const e = encodeURIComponent;

export const projectPath = (project: string): string => `/api/v1/projects/${e(project)}`;

export const environmentPath = (project: string, environment: string): string =>
  `${projectPath(project)}/environments/${e(environment)}`;

export const flagPath = (project: string, flag: string): string => `${projectPath(project)}/flags/${e(flag)}`;

export const flagConfigPath = (project: string, environment: string, flag: string): string =>
  `${environmentPath(project, environment)}/flags/${e(flag)}`;

export const segmentPath = (project: string, segment: string): string =>
  `${projectPath(project)}/segments/${e(segment)}`;

export const segmentConfigPath = (project: string, environment: string, segment: string): string =>
  `${environmentPath(project, environment)}/segments/${e(segment)}`;
