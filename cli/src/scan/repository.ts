import type { Git } from './git.ts';

/** Where code lies, as people name it. */
export interface Repository {
  /** `github.com/acme/shop` */
  readonly name: string | null;
  readonly branch: string | null;
  readonly isDefaultBranch: boolean;
  readonly commit: string | null;
  readonly urlTemplate: string | null;
}

type Env = Readonly<Record<string, string | undefined>>;

export function repositoryOf(git: Git, env: Env): Repository {
  const remote = git.run('config', '--get', 'remote.origin.url')?.trim() ?? '';
  const name = remote === '' ? null : nameOfRemote(remote);
  const branch = branchOf(git, env);
  return {
    name,
    branch,
    isDefaultBranch: branch !== null && branch === defaultBranchOf(git, env),
    commit: git.run('rev-parse', 'HEAD')?.trim() ?? null,
    urlTemplate: name === null ? null : urlTemplateFor(name),
  };
}

/** Without what lets somebody in: `https://user:token@host/…` becomes `host/…`. */
export function nameOfRemote(remote: string): string | null {
  // What a second name or colon stands in may be a token in front of a host: nothing of it is told.
  const scp = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)(?!\\)\/?([^\s:@][^\s@]*)$/.exec(remote);
  const found = scp !== null && !/^[a-z]$/i.test(scp[1] ?? '') ? [scp[1] ?? '', scp[2] ?? ''] : ofUrl(remote);
  if (found === null) return null;
  const [host = '', rest = ''] = found;
  const path = rest
    .replace(/[?#].*$/, '')
    .replace(/^\/+|\/+$/g, '')
    .replace(/\.git$/, '');
  return path === '' ? null : `${host.toLowerCase()}/${path}`;
}

function ofUrl(remote: string): readonly [string, string] | null {
  if (!URL.canParse(remote)) return null;
  const { protocol, hostname, pathname } = new URL(remote);
  return /^(https?|ssh|git|git\+ssh):$/.test(protocol) && hostname !== '' ? [hostname, pathname] : null;
}

/** A pipeline checks out a commit, and tells the branch by its variables. */
function branchOf(git: Git, env: Env): string | null {
  const told =
    env['GITHUB_HEAD_REF'] ||
    (env['GITHUB_REF_TYPE'] === 'branch' ? env['GITHUB_REF_NAME'] : undefined) ||
    env['CI_MERGE_REQUEST_SOURCE_BRANCH_NAME'] ||
    env['CI_COMMIT_BRANCH'] ||
    env['BITBUCKET_BRANCH'];
  const own = git.run('symbolic-ref', '--quiet', '--short', 'HEAD')?.trim();
  return told || own || null;
}

/** What the remote calls so; else the one that is there of those that are usual. */
function defaultBranchOf(git: Git, env: Env): string | null {
  const told = env['CI_DEFAULT_BRANCH'];
  if (told) return told;
  const remote = git.run('symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD')?.trim();
  if (remote) return remote.replace(/^origin\//, '');
  const configured = git.run('config', '--get', 'init.defaultBranch')?.trim();
  const usual = [...(configured ? [configured] : []), 'main', 'master', 'trunk'];
  return usual.find((name) => hasBranch(git, name)) ?? null;
}

const hasBranch = (git: Git, name: string): boolean =>
  git.run('rev-parse', '--verify', '--quiet', `refs/heads/${name}`) !== null ||
  git.run('rev-parse', '--verify', '--quiet', `refs/remotes/origin/${name}`) !== null;

const HOSTS: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)github\./, '/blob/{commit}/{path}#L{line}'],
  [/(^|\.)gitlab\./, '/-/blob/{commit}/{path}#L{line}'],
  [/(^|\.)bitbucket\.org$/, '/src/{commit}/{path}#lines-{line}'],
];

/** Where people look at a line. */
export function urlTemplateFor(name: string): string | null {
  const [host = ''] = name.split('/');
  const end = HOSTS.find(([pattern]) => pattern.test(host))?.[1];
  return end === undefined ? null : `https://${encodeURI(name)}${end}`;
}
