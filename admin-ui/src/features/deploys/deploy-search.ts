import type { DeployView } from '@glidepath/server/api-types';
import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';

export const STATUSES = [
  'started',
  'succeeded',
  'failed',
  'rolled-back',
] as const satisfies readonly DeployView['status'][];

const fields = { env: z.string(), service: z.string(), status: z.enum(STATUSES) };

export type DeployFilters = Omit<Search<typeof fields>, 'ignored'>;
export const readDeploySearch = searchReader(fields);
