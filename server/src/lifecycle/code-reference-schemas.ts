import { z } from 'zod';
import { timeSchema } from '../http/answer-schemas.ts';
import type {
  CodeReferencesUpload,
  CodeReferencesUploaded,
  CodeReferencesView,
  ScannedRepositoryView,
} from '../http/lifecycle-types.ts';
import { CODE_LIMITS } from '../store/lifecycle.ts';

/** One line of text that every database can keep. */
const lineSchema = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}\u2028\u2029]+$/u, 'must be one line of text');

export const repositorySchema = lineSchema(256).describe('As people name it, such as github.com/acme/shop');

const pathSchema = lineSchema(1_024)
  .refine((path) => !path.startsWith('/') && !path.includes('\\'), 'must begin at the root of the repository, with "/"')
  .refine((path) => !path.split('/').some((part) => part === '..' || part === '.' || part === ''), 'must be plain');

const urlTemplateSchema = z
  .string()
  .max(2_048)
  .refine(isUrlTemplate, 'must be an https address with {path} in it, and perhaps {line} and {commit}, after the host')
  .describe('Where people look at a line: https, with `{path}`, and perhaps `{line}` and `{commit}`');

/** What varies may stand after the host only: nothing that a path holds leads to another one. */
function isUrlTemplate(template: string): boolean {
  if (!/^https:\/\/[^/{}@\\\s?#]+\/[^{}\s]*(\{(path|line|commit)\}[^{}\s]*)+$/.test(template)) return false;
  return template.includes('{path}') && URL.canParse(template.replaceAll(/[{}]/g, ''));
}

const referenceSchema = z.strictObject({
  flag: lineSchema(256),
  path: pathSchema,
  line: z.int().min(1).max(10_000_000),
  call: lineSchema(128).describe('How the code asks, such as `variation` or `text`'),
  removable: z.boolean().describe('Whether `glidepath prune` can remove it'),
  hash: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters'),
  context: z.string().max(4_000).exactOptional().describe('Lines around it, at most 4,000 characters'),
});

export const uploadSchema = z
  .strictObject({
    repository: repositorySchema,
    branch: lineSchema(256),
    isDefaultBranch: z.boolean().describe('Scans of other branches are answered, and not kept'),
    commit: z.string().regex(/^[0-9a-fA-F]{7,64}$/, 'must be the hash of a commit'),
    scannedAt: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-03-01T12:00:00.000Z' }),
    urlTemplate: urlTemplateSchema.exactOptional(),
    complete: z.literal(true).describe('The whole repository was scanned'),
    references: z.array(referenceSchema).max(CODE_LIMITS.references, {
      error: `must be at most ${CODE_LIMITS.references} references: leave folders out of the scan`,
    }),
  })
  .meta({ id: 'CodeReferencesUpload' }) satisfies z.ZodType<CodeReferencesUpload>;

export const uploadedSchema: z.ZodType<CodeReferencesUploaded> = z
  .object({
    outcome: z.enum(['kept', 'older', 'other-branch']),
    references: z.number(),
    unknownKeys: z.array(z.string()),
    archivedKeys: z.array(z.string()),
    vanished: z.array(z.object({ flag: z.string(), since: timeSchema })),
  })
  .meta({ id: 'CodeReferencesUploaded' });

const scanFields = { repository: z.string(), branch: z.string(), commit: z.string(), scannedAt: timeSchema };

export const scannedRepositorySchema: z.ZodType<ScannedRepositoryView> = z
  .object({
    ...scanFields,
    urlTemplate: z.string().nullable(),
    uploadedBy: z.string(),
    count: z.number(),
    unknownKeys: z.array(z.string()),
  })
  .meta({ id: 'ScannedRepository' });

export const codeReferencesSchema: z.ZodType<CodeReferencesView> = z
  .object({
    repositories: z.array(
      z.object({
        ...scanFields,
        count: z.number(),
        firstSeenAt: timeSchema.nullable(),
        lastSeenAt: timeSchema.nullable(),
        goneAt: timeSchema.nullable(),
        goneCommit: z.string().nullable(),
      }),
    ),
    items: z.array(
      z.object({
        repository: z.string(),
        path: z.string(),
        line: z.number(),
        call: z.string(),
        removable: z.boolean(),
        context: z.string().nullable(),
        url: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'CodeReferences' });
