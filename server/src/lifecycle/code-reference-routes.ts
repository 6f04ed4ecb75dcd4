import { z } from 'zod';
import { causeOf } from '../audit/audited-write.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import { flagOf } from '../flags/reading.ts';
import { pageSchema } from '../http/answer-schemas.ts';
import { type Api, PROJECT_PATH, people, problemSchema } from '../http/api.ts';
import { pageOf, pageQuerySchema } from '../http/paging.ts';
import { keySchema } from '../http/schemas.ts';
import { plainWrittenSchema, writeHeadersSchema, writeOptionsOf } from '../http/write-options.ts';
import type { Reads } from '../store/store.ts';
import {
  codeReferencesSchema,
  repositorySchema,
  scannedRepositorySchema,
  uploadedSchema,
  uploadSchema,
} from './code-reference-schemas.ts';
import type { CodeReferenceService } from './code-reference-service.ts';
import { codeReferencesOf, scannedRepositoriesOf } from './code-reference-views.ts';

const CODE_REFERENCES = `${PROJECT_PATH}/code-references`;
/** Twenty thousand references, some with the lines around them. */
const UPLOAD_BYTES = 10 * 1024 * 1024;
const tags = ['Code references'];
const paramsSchema = z.strictObject({ p: keySchema });

export interface CodeReferenceRouteDeps {
  readonly reads: Reads;
  readonly flags: FlagIndex;
  readonly codeReferences: CodeReferenceService;
}

/** Routes of where the code names flags. */
export function registerCodeReferenceRoutes(api: Api, deps: CodeReferenceRouteDeps): void {
  const { reads, flags, codeReferences } = deps;

  api.get(
    CODE_REFERENCES,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Lists the repositories that were scanned for flags',
        params: paramsSchema,
        querystring: pageQuerySchema,
        response: { 200: pageSchema(scannedRepositorySchema), '4xx': problemSchema },
      },
    },
    async ({ project, query }) => {
      const known = new Set((await flags.flagsOf(project.id)).map(({ flag }) => flag.key));
      const scanned = await scannedRepositoriesOf(reads, project.id, (key) => known.has(key));
      return pageOf(scanned, query, ({ repository }) => repository);
    },
  );

  api.post(
    CODE_REFERENCES,
    {
      bodyLimit: UPLOAD_BYTES,
      config: { policy: people('code.upload', 'project') },
      schema: {
        tags,
        summary: 'Replaces what is known of the flags in a repository: the same scan again changes nothing',
        description:
          'A scan that is older than the newest of its repository is ignored, and so is one of a branch that is not the default one; the answer says so. At most 20,000 references and 200 repositories per project.',
        params: paramsSchema,
        headers: writeHeadersSchema,
        body: uploadSchema,
        response: { 200: uploadedSchema, '4xx': problemSchema },
      },
    },
    (request) => codeReferences.upload(request.project, request.body, causeOf(request, writeOptionsOf(request))),
  );

  api.delete(
    CODE_REFERENCES,
    {
      config: { policy: people('flag.edit', 'project') },
      schema: {
        tags,
        summary: 'Forgets a repository that is no longer used',
        params: paramsSchema,
        querystring: z.strictObject({ repository: repositorySchema }),
        headers: writeHeadersSchema,
        response: { 200: plainWrittenSchema(z.null()), '4xx': problemSchema },
      },
    },
    async (request) => {
      const cause = causeOf(request, writeOptionsOf(request));
      const { changeId } = await codeReferences.forget(request.project, request.query.repository, cause);
      return { document: null, versions: {}, changeId };
    },
  );

  api.get(
    `${PROJECT_PATH}/flags/:f/code-references`,
    {
      config: { policy: people('flag.read', 'project') },
      schema: {
        tags,
        summary: 'Where the code names a flag, and where it did',
        params: paramsSchema.extend({ f: keySchema }),
        querystring: z.strictObject({}),
        response: { 200: codeReferencesSchema, '4xx': problemSchema },
      },
    },
    async (request) => {
      const { key } = await flagOf(reads, request, request.params.f);
      return codeReferencesOf(reads, request.project.id, key);
    },
  );
}
