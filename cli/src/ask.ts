import type { Call } from './call.ts';
import { Failure, usage } from './failure.ts';
import { tame } from './paint.ts';

/** Whether somebody is there who can answer. */
function isAttended({ outside: { stdin, stderr }, json }: Call): boolean {
  return stdin.isTerminal && stderr.isTerminal && json === null;
}

/** Goes on only with a yes; where nobody can be asked, `--yes` is the answer. */
export async function confirm(call: Call, question: string): Promise<void> {
  if (call.has('yes')) return;
  if (!isAttended(call)) throw usage(`${question} Nobody can be asked here.`, 'Pass --yes to answer with yes.');
  const answer = await call.outside.stdin.ask(`${question} [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure('failed', 'declined', 'Nothing was changed.');
}

/** Goes on only where somebody types this word; `--yes` types it for them. */
async function confirmByTyping(call: Call, why: string, word: string): Promise<void> {
  if (call.has('yes')) return;
  if (!isAttended(call)) throw usage(`${why} Nobody can be asked here.`, 'Pass --yes if you mean it.');
  const answer = await call.outside.stdin.ask(`${why}\nType ${word} to go on: `);
  if (answer.trim() !== word) throw new Failure('failed', 'declined', 'Nothing was changed.');
}

/** Sends it; where the service asks for the key of the flag, whoever types that sends it again with it. */
export async function sendConfirmed<T>(
  call: Call,
  flag: string,
  send: (confirm: { readonly confirm?: string }) => Promise<T>,
): Promise<T> {
  const confirm = { confirm: flag };
  if (call.has('dry-run')) return send(confirm);
  try {
    return await send({});
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'confirmation-needed') throw error;
    await confirmByTyping(call, askedIn(error.message), flag);
    return send(confirm);
  }
}

/** The same for several flags: each that the service asks for is typed, and sent along from then on. */
export async function sendConfirmedEach<T>(
  call: Call,
  keyOf: (failure: Failure) => string | undefined,
  send: (confirm: readonly string[]) => Promise<T>,
): Promise<T> {
  const typed: string[] = [];
  for (;;) {
    try {
      return await send(typed);
    } catch (error) {
      const key = error instanceof Failure && error.code === 'confirmation-needed' ? keyOf(error) : undefined;
      if (!(error instanceof Failure) || key === undefined || typed.includes(key)) throw error;
      await confirmByTyping(call, askedIn(error.message), key);
      typed.push(key);
    }
  }
}

/** Without how a program answers. */
const askedIn = (message: string): string => tame(message.split(' Send ')[0] ?? message);

/** The option's value, or what somebody answers. */
export async function askFor(call: Call, option: string, question: string): Promise<string> {
  const given = call.text(option);
  if (given !== undefined) return given;
  if (!isAttended(call)) throw usage(`${question} Nobody can be asked here.`, `Pass --${option}.`);
  return (await call.outside.stdin.ask(`${question} `)).trim();
}
