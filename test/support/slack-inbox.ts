import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** One message as it came. */
export interface InboxMessage {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** What the inbox does with a message: answers with a status, falls silent, or breaks the connection off. */
export type InboxAnswer = { readonly status: number; readonly retryAfter?: number } | 'silence' | 'reset';

/** Something like Slack, or any receiver of webhooks, on a port of this machine. */
export interface SlackInbox extends AsyncDisposable {
  readonly origin: string;
  /** All that was received, also what was not answered. */
  readonly messages: readonly InboxMessage[];
  /** From now on; 200 before it is called. */
  answer(decide: (message: InboxMessage, index: number) => InboxAnswer): void;
}

export async function openSlackInbox(): Promise<SlackInbox> {
  const messages: InboxMessage[] = [];
  const sockets = new Set<Socket>();
  let decide: (message: InboxMessage, index: number) => InboxAnswer = () => ({ status: 200 });
  const server = createServer((request, response) => {
    void receive(request, response);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
    const headers = request.headers as InboxMessage['headers'];
    const message = { path: request.url ?? '', headers, text, body: JSON.parse(text) as Record<string, unknown> };
    const answer = decide(message, messages.length);
    messages.push(message);
    if (answer === 'silence') return;
    if (answer === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const { status, retryAfter } = answer;
    response.writeHead(status, { ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) });
    response.end(status < 300 ? 'ok' : 'no');
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    messages,
    answer(next) {
      decide = next;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
