// Writes `cases/*.json` anew from the tables: `node --import tsx --conditions=source test/conformance/write-cases.ts`
import { writeFileSync } from 'node:fs';
import type { Case, CaseFile } from './case.ts';
import { caseFileOf } from './drafts.ts';
import { TABLES } from './tables/index.ts';

/** One property per line: short enough to compare, long enough to read. */
function textOf({ about, cases }: CaseFile): string {
  return `{\n  "about": ${JSON.stringify(about)},\n  "cases": [\n${cases.map(textOfCase).join(',\n')}\n  ]\n}\n`;
}

function textOfCase(one: Case): string {
  const lines = Object.entries(one).map(([name, value]) => `      ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return `    {\n${lines.join(',\n')}\n    }`;
}

for (const table of TABLES)
  writeFileSync(new URL(`./cases/${table.file}.json`, import.meta.url), textOf(caseFileOf(table)));
