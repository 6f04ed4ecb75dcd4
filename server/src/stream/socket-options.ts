import type { WebsocketPluginOptions } from '@fastify/websocket';
import { CLOSE, SUBPROTOCOL } from '@glidepath/core/protocol';
import type { WebSocketServer } from 'ws';
import type { Clock } from '../clock.ts';
import type { Logger } from '../log.ts';

/** How long sockets may take to close when the process ends. */
const FAREWELL_MS = 500;

/** Does nothing to a socket that closes already, as it does after an error of its own. */
const INTERNAL_ERROR = 1011;

/** Limits that the type of ws does not know all of. */
const SERVER_OPTIONS = {
  maxPayload: 65_536,
  maxFragments: 64,
  maxBufferedChunks: 4_096,
  perMessageDeflate: false,
  closeTimeout: 5_000,
  handleProtocols: (offered: ReadonlySet<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
} as const;

export interface SocketOptions {
  readonly clock: Clock;
  /** The plugin's server, once it is registered. */
  readonly server: () => WebSocketServer;
  readonly logger: Logger;
}

/** Settings of every WebSocket of the service. */
export function socketOptions({ clock, server, logger }: SocketOptions): WebsocketPluginOptions {
  return {
    options: SERVER_OPTIONS,
    // Also called for what a peer does wrong. The message says what; the whole error could hold what the peer sent.
    errorHandler(error, socket) {
      logger.info({ reason: error.message }, 'a socket failed');
      socket.close(INTERNAL_ERROR);
    },
    // The plugin's own closes every socket at once and says nothing; by now those that could be moved are gone.
    async preClose() {
      const { clients } = server();
      for (const client of clients) client.close(CLOSE.restart, 'restart');
      await Promise.race([allClosed(clients), after(clock, FAREWELL_MS)]);
      for (const client of clients) client.terminate();
      server().close();
    },
  };
}

interface Closing {
  once(event: 'close', listener: () => void): unknown;
}

async function allClosed(clients: ReadonlySet<Closing>): Promise<void> {
  await Promise.all([...clients].map((client) => new Promise<void>((resolve) => client.once('close', resolve))));
}

function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, delayMs);
  });
}
