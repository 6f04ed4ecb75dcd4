import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const DEADLINE_MS = 30_000;

/** A process of its own that does what it is asked, one thing after the other. */
export interface AskedProcess<Request, Answer> extends AsyncDisposable {
  ask(request: Request): Promise<Answer>;
  readonly process: ChildProcess;
}

/** `script`: one of this folder. */
export function startAsked<Request extends { readonly do: string }, Answer>(
  script: string,
): AskedProcess<Request, Answer> {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), [], {
    execArgv: ['--expose-gc', '--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let last = 0;
  const ask = (request: Request): Promise<Answer> => {
    const id = ++last;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(deadline);
        child.off('message', listen);
        child.off('exit', leave);
        act();
      };
      const listen = (message: { readonly id: number; readonly answer: Answer }): void => {
        if (message.id === id) settle(() => resolve(message.answer));
      };
      const fail = (how: string) => settle(() => reject(new Error(`${script} ${how} '${request.do}'`)));
      const leave = (): void => fail('has ended and does not answer');
      const deadline = setTimeout(() => fail('did not answer'), DEADLINE_MS);
      child.on('message', listen).on('exit', leave);
      child.send({ id, request });
    });
  };
  return {
    ask,
    process: child,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
