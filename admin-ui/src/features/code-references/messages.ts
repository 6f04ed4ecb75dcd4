import { counted } from '@glidepath/core/change';

export const codeMessages = {
  title: 'Code',
  failed: 'The code references could not be loaded',
  loading: 'Loading the code references',
  references: 'Where the code names it',
  count: (count: number) => counted(count, 'place'),
  scanned: 'scanned',
  at: (branch: string, commit: string) => `${branch} at ${commit.slice(0, 8)}`,
  firstSeen: 'First seen',
  lastSeen: 'last seen',
  gone: 'Gone since',
  goneIn: (commit: string) => `, in ${commit.slice(0, 8)}`,
  never: 'It was never named here.',
  byHand: 'for people to remove',
  byHandCount: (count: number) => `${counted(count, 'place')} for people to remove`,
  files: (repository: string) => `Places in ${repository}`,
  none: 'No code was scanned yet',
  noneWhy:
    'A scan finds where code names flags, and tells when a flag is gone from it. Run it in the pipeline of each repository, with an API token in GLIDEPATH_TOKEN:',
  noneSay: 'It sends paths, lines, keys and the commit. Lines around them are sent only with --context-lines.',
  copy: 'Copy',
  copyCommand: 'Copy the command',
  snippets: {
    title: 'How code asks for it',
    language: 'SDK',
    key: 'What ends in “…” stands for a key of the environment: make one under Settings → SDK keys, and keep it out of the code.',
    copy: 'Copy the snippet',
  },
} as const;
