import { parseDocument } from 'yaml';
import { usage } from '../failure.ts';
import { type Fields, isFields } from './reading.ts';

/** JSON, or YAML where it is none. */
export function documentIn(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const document = parseDocument(text, { prettyErrors: false });
    const [fault] = document.errors;
    if (fault === undefined && text.trim() !== '') return document.toJS();
    throw usage(`${name === '-' ? 'What came on stdin' : name} is neither JSON nor YAML.`);
  }
}

/** One context in each line. */
export function contextsIn(name: string, text: string): readonly Fields[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const context = parsed(line);
    if (!isFields(context)) throw usage(`${name}:${index + 1} is no JSON object.`);
    return [context];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
