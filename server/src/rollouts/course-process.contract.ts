// A process of its own that takes rollouts through their course on a SQLite file, and is killed on the way by the
// failpoint that it arms for each of them. Started again it goes on where it was, until all are over.
// Says `begin <flag>`, `trace <flag> <what it has left>`; written synchronously, so nothing is lost by a kill.
import { existsSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { argv } from 'node:process';
import { armFailpoints } from '../failpoint.ts';
import { beganCourse, type Course, POINTS, STEPS, traceOf } from './course.contract.ts';
import { openEngine } from './engine.contract.ts';

/** All that outlives the process, besides the database. */
interface Journal {
  /** Courses that are over. */
  readonly over: number;
  readonly course: Course | null;
  /** The clock. */
  readonly now: number;
}

const [database = '', journalFile = '', passes = '1'] = argv.slice(2);
const courses = [
  { flag: 'untouched', fault: '' },
  ...POINTS.flatMap((point) =>
    Array.from({ length: Number(passes) }, (_, i) => ({
      flag: `${point}-${i + 1}`,
      fault: `${point}=kill@${i + 1}`,
    })),
  ),
];

const say = (line: string) => writeSync(1, `${line}\n`);
const isLater = existsSync(journalFile);
await using engine = await openEngine({ url: `file:${database}`, isNew: !isLater });
const { time } = engine.world;
let journal: Journal = isLater
  ? (JSON.parse(readFileSync(journalFile, 'utf8')) as Journal)
  : { over: 0, course: null, now: time.now };
time.now = journal.now;

function note(change: Partial<Journal>): void {
  journal = { ...journal, ...change, now: time.now };
  writeFileSync(`${journalFile}.new`, JSON.stringify(journal));
  renameSync(`${journalFile}.new`, journalFile);
}

async function goOn(begun: Course): Promise<void> {
  let course = begun;
  for (const step of STEPS.slice(course.done)) {
    course = { ...(await step(engine, course)), done: course.done + 1 };
    note({ course });
  }
  armFailpoints('');
  say(`trace ${course.flag} ${JSON.stringify(await traceOf(engine, course))}`);
  note({ course: null, over: journal.over + 1 });
}

if (journal.course !== null) await goOn(journal.course);
for (const { flag, fault } of courses.slice(journal.over)) {
  const course = await beganCourse(engine, flag);
  note({ course });
  say(`begin ${flag}`);
  armFailpoints(fault);
  await goOn(course);
}
if (engine.troubles.length > 0) throw new Error('a look failed', { cause: engine.troubles[0] });
