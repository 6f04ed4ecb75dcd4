import { allOf, oneOf } from '@glidepath/core/change';

export const dependencyMessages = {
  titleIn: (environment: string) => `Dependencies in ${environment}`,
  failed: 'The dependencies could not be loaded',
  loading: 'Loading the dependencies',
  none: 'It needs no other flag, and no other flag needs it.',
  noneHow:
    'Prerequisites are set in targeting: a flag then serves its safe variation until the other serves what is needed.',
  graph: 'Graph of the flags; the tables below say the same',
  takesDown: (flags: readonly string[]) =>
    `Killing it, or turning it off, also turns off ${allOf(flags)} (${flags.length}).`,
  takesNothing: 'Killing it, or turning it off, takes no other flag down.',
  needs: 'Needs',
  neededBy: 'Needed by',
  needsNothing: 'It needs no other flag.',
  neededByNothing: 'No other flag needs it.',
  flag: 'Flag',
  state: 'State',
  condition: 'Condition',
  mustServe: (flag: string, variations: readonly string[]) => `\`${flag}\` must serve ${oneOf(variations)}`,
  mustServeFor: (variations: readonly string[], user: string) => `${oneOf(variations)} for \`${user}\``,
  path: 'How',
  directly: 'directly',
  through: (steps: number) => `through ${steps === 2 ? '1 other flag' : `${steps - 1} other flags`}`,
  goesDown: 'turned off with it',
  segments: 'Segments in its rules',
  segment: 'Segment',
  name: 'Name',
  via: 'Named by',
} as const;
