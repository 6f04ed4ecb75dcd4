import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** Moves the clocks of all processes of a test together; they are started with `GLIDEPATH_TEST_CLOCK=<port>`. */
export interface FakeClock extends AsyncDisposable {
  readonly port: number;
  now(): number;
  /** Resolves once every process has called the timers that fell due. */
  advance(ms: number): Promise<void>;
}

/** A round date in the past, so that nothing agrees with the real time by accident. */
const START = Date.UTC(2026, 0, 5, 9);

export async function openFakeClock(start = START): Promise<FakeClock> {
  const followers = new Map<Socket, AsyncIterator<string>>();
  let time = start;
  const server = createServer((socket) => {
    followers.set(socket, createInterface({ input: socket })[Symbol.asyncIterator]());
    socket.on('error', () => followers.delete(socket));
    socket.on('close', () => followers.delete(socket));
    socket.write(`${time}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the clock has no port');

  return {
    port: address.port,
    now: () => time,
    async advance(ms) {
      time += ms;
      await Promise.all([...followers].map(([socket, answers]) => tell(socket, answers, time)));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of followers.keys()) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

async function tell(socket: Socket, answers: AsyncIterator<string>, time: number): Promise<void> {
  socket.write(`${time}\n`);
  for (let answer = await nextOf(answers); answer !== null; answer = await nextOf(answers))
    if (Number(answer) >= time) return;
}

/** Null where the process is gone: tests kill them. */
async function nextOf(answers: AsyncIterator<string>): Promise<string | null> {
  try {
    const answer = await answers.next();
    return answer.done ? null : answer.value;
  } catch {
    return null;
  }
}
