import type { Command } from '../command.ts';

export const prune: Command = {
  name: 'prune',
  summary: 'removes a flag from TypeScript and JavaScript: its reads become the value, and what that decides is folded',
  place: 'project',
  writes: false,
  arguments: [
    { name: 'KEY', summary: 'key of the flag', completes: 'flags' },
    { name: 'PATH', summary: 'change only these files and folders', isOptional: true, isRepeatable: true },
  ],
  options: {
    variation: { value: 'KEY', summary: 'what stays; else what the flag is settled at' },
    value: { value: 'JSON', summary: 'its value, where the service is not asked and it is not on or off' },
    write: { summary: 'change the files; else only the difference is printed' },
    patch: { value: 'FILE', summary: 'write the difference there, as `git apply` takes it' },
    verify: { value: 'COMMAND', summary: 'with --write: run this; where it fails, all files are as they were' },
    pure: { value: 'NAME', summary: 'a function that only answers: its calls may go', isRepeatable: true },
    'no-format': { summary: "leave out the project's own formatter" },
    'allow-dirty': { summary: 'also change files with changes that are not committed' },
    offline: { summary: 'do not ask the service whether the flag is ready; needs --variation' },
  },
  example: 'glidepath prune new-checkout --write --verify "npm test"',
  async run(call) {
    // The parser is large: only those wait for it who need it.
    const { pruned } = await import('../prune/prune.ts');
    return pruned(call);
  },
};
