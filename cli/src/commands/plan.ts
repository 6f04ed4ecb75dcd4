import type { Command } from '../command.ts';
import { FOLDER_OPTION } from '../definitions/folder-option.ts';
import { changeLines, countLine } from '../definitions/report.ts';

export const plan: Command = {
  name: 'plan',
  summary: 'says what `apply` would change; exit 2 where the definitions and the service differ',
  place: 'project',
  writes: false,
  arguments: [],
  options: FOLDER_OPTION,
  example: 'glidepath plan --folder flags',
  async run(call) {
    const { compareDefinitions, localDefinitions } = await import('../definitions/compare.ts');
    const found = await compareDefinitions(call, localDefinitions(call));
    const lines = [...changeLines(call, found), countLine(found)];
    return {
      document: found,
      text: lines.map((line) => `${line}\n`).join(''),
      exit: found.changes.length === 0 ? 'done' : 'usage',
    };
  },
};
