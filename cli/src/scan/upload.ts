import type { CodeReferencesUpload, CodeReferencesUploaded, UploadedReference } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { usage } from '../failure.ts';
import { projectRoute } from '../paths.ts';
import { withoutSecrets } from '../secrets.ts';
import { contextOf, type Findings, type Place, type Source } from './find.ts';
import { nameOfRemote, type Repository } from './repository.ts';

/** What the service keeps of a key and of the lines around it. */
const LONGEST_KEY = 256;
const LONGEST_CONTEXT = 4_000;

export interface Uploading {
  readonly repository: Repository;
  /** The part of it that was scanned; '' = all. */
  readonly folder: string;
  /** As it is named by an option or the configuration. */
  readonly name: string | undefined;
  readonly findings: Findings;
  readonly source: Source;
  /** Null: none of the code is sent. */
  readonly contextLines: number | null;
  readonly scannedAt: number;
}

/** What is sent of a scan: where keys stand, and of the code only the lines that were asked for. */
export function uploadOf(uploading: Uploading): CodeReferencesUpload {
  const { repository, folder, name, findings, source, contextLines, scannedAt } = uploading;
  // Each part of a repository that has a configuration of its own is scanned by itself, and is whole by itself.
  const part = repository.name === null || folder === '' ? repository.name : `${repository.name}/${folder}`;
  const called = name === undefined ? part : plainName(name);
  const { branch, commit, isDefaultBranch, urlTemplate } = repository;
  if (called === null)
    throw usage(
      'The repository has no remote `origin` to be named after.',
      'Pass --repository, or set `scan.repository`.',
    );
  if (commit === null) throw usage('There is no commit yet.', 'References are kept by commit.');
  if (branch === null) throw usage('It is not known which branch this is.', 'Check out a branch.');
  return {
    repository: called,
    branch,
    isDefaultBranch,
    commit,
    scannedAt: new Date(scannedAt).toISOString(),
    ...(urlTemplate !== null && { urlTemplate }),
    complete: true,
    references: findings.places.filter(isSendable).map((place) => referenceOf(place, source, contextLines)),
  };
}

/** Pipelines know their repository by its address, which may hold a token. */
const plainName = (name: string): string => (/:|@/.test(name) ? (nameOfRemote(name) ?? refuseName()) : name);

function refuseName(): never {
  throw usage('This is no name of a repository.', 'Name it like github.com/acme/shop, without what lets somebody in.');
}

const isSendable = ({ key, path, call }: Place): boolean =>
  key !== '' &&
  key.length <= LONGEST_KEY &&
  ![key, path, call].some((text) => /[\p{Cc}\p{Cs}\u2028\u2029\\]/u.test(text));

function referenceOf(place: Place, source: Source, contextLines: number | null): UploadedReference {
  const { key, path, line, call, removable, hash } = place;
  const text = contextLines === null ? null : source.read(`${source.root}/${path}`);
  return {
    flag: key,
    path,
    line,
    call: call.slice(0, 128),
    removable,
    hash,
    ...(text !== null &&
      contextLines !== null && {
        context: withoutSecrets(contextOf(text, line, contextLines)).slice(0, LONGEST_CONTEXT),
      }),
  };
}

export function send(call: Call, upload: CodeReferencesUpload): Promise<CodeReferencesUploaded> {
  return call.api().send<CodeReferencesUploaded>('POST', `${projectRoute(call)}/code-references`, {
    body: upload,
    headers: { 'idempotency-key': call.outside.newId() },
  });
}
