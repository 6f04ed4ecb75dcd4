import type { Flag } from '@glidepath/core';
import { type Cause, type Written, writeAudited, writtenWithin } from '../audit/audited-write.ts';
import type { Clock } from '../clock.ts';
import { RefusedError } from '../errors.ts';
import type { FlagIndex } from '../flags/flag-index.ts';
import { timeOf } from '../http/api.ts';
import type { CodeReferencesUpload, CodeReferencesUploaded } from '../http/lifecycle-types.ts';
import { compareText } from '../store/canonical.ts';
import type { ProjectBody } from '../store/documents.ts';
import type { CodeFlag, CodeReference, CodeScan } from '../store/lifecycle.ts';
import type { Store, StoredDocument } from '../store/store.ts';

type Project = StoredDocument<ProjectBody>;

/** Where the code names flags, as scans tell it. All writes audit themselves. */
export interface CodeReferenceService {
  upload(project: Project, upload: CodeReferencesUpload, cause: Cause): Promise<CodeReferencesUploaded>;
  /** Forgets a repository that is no longer used. */
  forget(project: Project, repository: string, cause: Cause): Promise<Written<null>>;
}

export interface CodeReferenceDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly flags: FlagIndex;
}

export function createCodeReferenceService(deps: CodeReferenceDeps): CodeReferenceService {
  const { store, clock, flags: index } = deps;

  async function keep(project: Project, scan: CodeScan, cause: Cause): Promise<'kept' | 'older'> {
    const { repository, commit, branch } = scan;
    const count = countOf(scan.places);
    const written = await store.write([], (tx) =>
      writtenWithin<'kept' | 'older'>(tx, clock.now(), cause, async () => {
        const { kind } = await tx.replaceReferences(scan);
        if (kind === 'older') return { result: 'older', action: null };
        return {
          result: 'kept',
          action: 'upload-code-references',
          summary: `Scan of ${repository} at ${commit.slice(0, 12)}: ${counted(count)}`,
          project: project.key,
          documents: [],
          before: null,
          after: { repository, branch, commit, scannedAt: timeOf(scan.scannedAt), references: count },
        };
      }),
    );
    return written.result;
  }

  return {
    async upload(project, upload, cause) {
      const flags = new Map((await index.flagsOf(project.id)).map(({ flag }) => [flag.key, flag.body]));
      const places = placesOf(upload);
      const outcome = upload.isDefaultBranch
        ? await keep(project, scanOf(project.id, upload, { places, flags, cause, now: clock.now() }), cause)
        : 'other-branch';
      const keys = [...places.keys()].sort();
      return {
        outcome,
        references: countOf(places),
        unknownKeys: keys.filter((key) => !flags.has(key)),
        archivedKeys: keys.filter((key) => (flags.get(key)?.archivedAt ?? null) !== null),
        vanished: vanishedOf(await store.codeFlags(project.id), flags),
      };
    },

    forget: (project, repository, cause) =>
      writeAudited(deps, cause, async (tx) => {
        if (!(await tx.forgetRepository(project.id, repository)))
          throw new RefusedError({
            code: 'not-found',
            detail: `No scan of \`${repository}\` is known in this project.`,
          });
        return {
          result: null,
          action: 'forget-repository',
          summary: `Forgot the code references of ${repository}`,
          project: project.key,
          documents: [],
          before: { repository },
          after: null,
        };
      }),
  };
}

type Flags = ReadonlyMap<string, Flag>;

function placesOf({ references }: CodeReferencesUpload): ReadonlyMap<string, readonly CodeReference[]> {
  const places = new Map<string, CodeReference[]>();
  for (const { flag, context, ...told } of references) {
    const place = { ...told, context: context ?? null };
    const known = places.get(flag);
    if (known) known.push(place);
    else places.set(flag, [place]);
  }
  return places;
}

const counted = (count: number): string => `${count} code ${count === 1 ? 'reference' : 'references'}`;

const countOf = (places: CodeScan['places']): number =>
  [...places.values()].reduce((total, some) => total + some.length, 0);

function scanOf(
  project: string,
  { repository, branch, commit, scannedAt, urlTemplate }: CodeReferencesUpload,
  told: { readonly places: CodeScan['places']; readonly flags: Flags; readonly cause: Cause; readonly now: number },
): CodeScan {
  return {
    project,
    repository,
    branch,
    commit,
    // A clock that is ahead must not keep the scans of all others out.
    scannedAt: Math.min(Date.parse(scannedAt), told.now),
    urlTemplate: urlTemplate ?? null,
    uploadedBy: told.cause.actor,
    places: told.places,
    remembered: new Set(told.flags.keys()),
  };
}

/** Live flags that no repository names any more, with the time at which the last one stopped. */
function vanishedOf(known: readonly CodeFlag[], flags: Flags): CodeReferencesUploaded['vanished'] {
  const goneSince = new Map<string, number>();
  for (const { flag, goneAt } of known)
    goneSince.set(flag, Math.max(goneSince.get(flag) ?? 0, goneAt ?? Number.POSITIVE_INFINITY));
  return [...goneSince]
    .filter(([flag, since]) => Number.isFinite(since) && flags.get(flag)?.archivedAt === null)
    .map(([flag, since]) => ({ flag, since: timeOf(since) }))
    .sort((a, b) => compareText(a.flag, b.flag));
}
