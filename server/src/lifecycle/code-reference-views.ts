import { timeOf } from '../http/api.ts';
import type {
  CodeReferencesView,
  CodeReferenceView,
  CodeRepositoryView,
  ScannedRepositoryView,
} from '../http/lifecycle-types.ts';
import type { CodeFlag, CodeReference, CodeRepository, LifecycleReads } from '../store/lifecycle.ts';

type CodeReads = Pick<LifecycleReads, 'codeRepositories' | 'codeFlags' | 'codeReferences'>;

/** What the code of a project is known to hold of one flag. */
export async function codeReferencesOf(reads: CodeReads, project: string, flag: string): Promise<CodeReferencesView> {
  const repositories = await reads.codeRepositories(project);
  const known = new Map((await reads.codeFlags(project, flag)).map((one) => [one.repository, one]));
  const templates = new Map(repositories.map((one) => [one.repository, one]));
  const places = await reads.codeReferences(project, flag);
  return {
    repositories: repositories.map((one) => repositoryViewOf(one, known.get(one.repository))),
    items: places.map((place) => referenceViewOf(place, templates.get(place.repository))),
  };
}

function repositoryViewOf(scanned: CodeRepository, known: CodeFlag | undefined): CodeRepositoryView {
  const { repository, branch, commit, scannedAt } = scanned;
  const timeOrNull = (at: number | null | undefined) => (at === null || at === undefined ? null : timeOf(at));
  return {
    repository,
    branch,
    commit,
    scannedAt: timeOf(scannedAt),
    count: known?.count ?? 0,
    firstSeenAt: timeOrNull(known?.firstSeenAt),
    lastSeenAt: timeOrNull(known?.lastSeenAt),
    goneAt: timeOrNull(known?.goneAt),
    goneCommit: known?.goneCommit ?? null,
  };
}

function referenceViewOf(
  { repository, path, line, call, removable, context, ...place }: CodeReference & { readonly repository: string },
  scanned: CodeRepository | undefined,
): CodeReferenceView {
  const url = scanned === undefined ? null : urlOf(scanned, { ...place, path, line });
  return { repository, path, line, call, removable, context, url };
}

/** Where people look at a place; null where the repository's address is not known. */
function urlOf(
  { urlTemplate, commit }: Pick<CodeRepository, 'urlTemplate' | 'commit'>,
  { path, line }: Pick<CodeReference, 'path' | 'line'>,
): string | null {
  if (urlTemplate === null) return null;
  const parts: Readonly<Record<string, string>> = {
    path: path.split('/').map(encodeURIComponent).join('/'),
    line: String(line),
    commit,
  };
  return urlTemplate.replaceAll(/\{(path|line|commit)\}/g, (_, name: string) => parts[name] ?? '');
}

/** What is known of all repositories of a project; `isKnown` tells the keys of its flags. */
export async function scannedRepositoriesOf(
  reads: CodeReads,
  project: string,
  isKnown: (key: string) => boolean,
): Promise<readonly ScannedRepositoryView[]> {
  const unknown = (await reads.codeFlags(project)).filter(({ flag, count }) => count > 0 && !isKnown(flag));
  return (await reads.codeRepositories(project)).map(({ project: _, scannedAt, ...one }) => ({
    ...one,
    scannedAt: timeOf(scannedAt),
    unknownKeys: unknown.flatMap(({ repository, flag }) => (repository === one.repository ? [flag] : [])),
  }));
}
