import type { DefinitionChange, DefinitionsWritten } from '@glidepath/server/api-types';
import type { Call } from '../call.ts';
import { paintFor, tame } from '../paint.ts';

/** What would change or has changed, document by document, in words. */
export function changeLines(call: Call, { changes, leftAlone }: DefinitionsWritten): readonly string[] {
  const paint = paintFor(call.outside, call.outside.stdout);
  return [
    ...changes.flatMap((change) => [
      paint(titleOf(change), 'strong'),
      ...change.summary.map((line) => `  ${signOf(change)} ${tame(line)}`),
      ...change.moves.map((line) => `    ${tame(line)}`),
      ...evaluationLines(change),
    ]),
    ...leftAlone.map(({ flag, environment, why }) =>
      paint(`${tame(flag)}${environment === null ? '' : ` in ${tame(environment)}`} ${tame(why)}: left alone`, 'faint'),
    ),
  ];
}

function evaluationLines({ evaluations }: DefinitionChange): readonly string[] {
  if (evaluations === null || evaluations.of === 0) return [];
  const [moved, of] = [evaluations.moved, evaluations.of].map((n) => n.toLocaleString('en'));
  return [`    about ${moved} of ${of} evaluations of the last day would change`];
}

function titleOf({ kind, key, environment }: DefinitionChange): string {
  const what = kind.startsWith('segment') ? 'segment ' : '';
  return `${what}${tame(key)}${environment === null ? '' : ` in ${tame(environment)}`}`;
}

const signOf = ({ isNew }: DefinitionChange): string => (isNew ? '+' : '~');

/** `2 flags differ in 3 places`. */
export function countLine({ changes }: DefinitionsWritten): string {
  if (changes.length === 0) return 'The service says the same as the definitions.';
  const documents = new Set(
    changes.map(({ kind, key }) => `${kind.startsWith('segment') ? 'segment' : 'flag'} ${key}`),
  );
  const flags = [...documents].filter((name) => name.startsWith('flag ')).length;
  const segments = documents.size - flags;
  const parts = [
    ...(flags === 0 ? [] : [`${flags} flag${flags === 1 ? '' : 's'}`]),
    ...(segments === 0 ? [] : [`${segments} segment${segments === 1 ? '' : 's'}`]),
  ];
  return `${parts.join(' and ')} ${documents.size === 1 ? 'differs' : 'differ'}.`;
}
