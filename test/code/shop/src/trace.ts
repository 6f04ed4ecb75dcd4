const lines: string[] = [];

/** Whatever a scenario does that somebody could see. */
export function log<T>(word: string, given?: T): T {
  lines.push(`${word} ${JSON.stringify(given)}`);
  return given as T;
}

export const taken = (): readonly string[] => lines.splice(0);
