import type { Command } from '../command.ts';
import { SHELLS, scriptFor } from '../completion.ts';
import { usage } from '../failure.ts';

export const completion: Command = {
  name: 'completion',
  summary: 'prints the script by which a shell completes commands, options and keys of flags',
  place: 'nowhere',
  writes: false,
  arguments: [{ name: 'SHELL', summary: SHELLS.join(', '), completes: SHELLS }],
  options: {},
  example: 'source <(glidepath completion bash)',
  async run(call) {
    const shell = SHELLS.find((one) => one === call.argument(0));
    if (shell === undefined) throw usage(`There is no script for ${call.argument(0)}.`, `Take ${SHELLS.join(', ')}.`);
    const script = scriptFor(shell);
    return { document: { shell, script }, text: script };
  },
};
