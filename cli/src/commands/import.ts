import type { Command } from '../command.ts';

export const importFlags: Command = {
  name: 'import',
  summary: 'makes definitions of what another flag service exports, and says what it cannot say here',
  place: 'project',
  writes: false,
  arguments: [
    {
      name: 'SYSTEM',
      summary: 'launchdarkly, unleash, flagd or growthbook',
      completes: ['launchdarkly', 'unleash', 'flagd', 'growthbook'],
    },
    { name: 'FILE', summary: 'its export; stdin if absent or `-`', isOptional: true, isRepeatable: true },
  ],
  options: {
    env: {
      value: 'THEIRS=HERE',
      summary: 'an environment of theirs and what it is called here, once for each; all by their names if absent',
      isRepeatable: true,
    },
    out: { value: 'FOLDER', summary: 'where the definitions are written; `flags` beside the configuration if absent' },
    overwrite: { summary: 'replace definitions that lie there and say something else' },
    verify: {
      value: 'FILE',
      summary: 'evaluate every flag for these contexts on both sides: one JSON object a line, as their SDKs take it',
    },
    apply: { summary: 'send it to the service as one change: all or nothing' },
    reason: { value: 'TEXT', summary: 'with --apply: why; kept in the audit log, needed in critical environments' },
    'dry-run': { summary: 'write nothing, neither here nor there' },
    yes: { summary: 'answer every question with yes' },
  },
  example: 'glidepath import launchdarkly flags.json --env production --verify contexts.jsonl',
  async run(call) {
    // Readers of other formats are for whoever imports.
    const { importInto } = await import('../import/importing.ts');
    return importInto(call);
  },
};
