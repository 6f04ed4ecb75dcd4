import * as z from 'zod/mini';
import { type Search, searchReader } from '../../lib/search.ts';

const fields = { flag: z.string(), environment: z.string(), actor: z.string() };

export type AuditSearch = Search<typeof fields>;
export const readAuditSearch = searchReader(fields);
