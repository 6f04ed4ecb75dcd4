import { CLOSE, encode, type GoodbyeReason } from '@glidepath/core/protocol';
import type { RawData, WebSocket } from 'ws';

/** Why a connection ended; a label of the figures. */
export type EndReason = 'peer' | 'hello' | 'silent' | 'slow' | 'revoked' | 'protocol' | 'unavailable' | 'restart';

/** Close codes of RFC 6455 that have no name of their own in the protocol. */
const CLOSE_PLAIN = { binary: 1003, malformed: 1007, later: 1013 } as const;
export const CLOSES = { ...CLOSE, ...CLOSE_PLAIN } as const;

export interface ConnectionEvents {
  readonly received: (content: Buffer, isBinary: boolean) => void;
  readonly closed: () => void;
  /** It has sent a ping, which is answered without us. */
  readonly pinged?: () => void;
}

/** One socket that may be sent to at any time: what comes too late is dropped, and how it ended is remembered. */
export class Connection {
  readonly #socket: WebSocket;
  #endReason: EndReason = 'peer';

  /** Listens at once: what arrives before there is a listener is lost. */
  constructor(socket: WebSocket, { received, closed, pinged }: ConnectionEvents) {
    this.#socket = socket;
    socket.on('message', (content: RawData, isBinary: boolean) => received(content as Buffer, isBinary));
    socket.on('close', closed);
    if (pinged) socket.on('ping', pinged);
    // The socket closes itself after an error; without a listener the error would end the process.
    socket.on('error', () => {});
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  get endReason(): EndReason {
    return this.#endReason;
  }

  /** `flushed` is called once the system has taken the frame over. */
  send(frame: string | Buffer, flushed?: () => void): void {
    // What is sent to a closing socket stays in its buffer.
    if (!this.isOpen) return;
    // A failure to send is seen as the close that follows it.
    this.#socket.send(frame, { binary: false }, (error) => {
      if (!error) flushed?.();
    });
  }

  /** Asks the SDK to leave, at a random moment within `spreadMs`. */
  goodbye(reason: GoodbyeReason, spreadMs?: number): void {
    this.send(encode({ t: 'goodbye', reason, ...(spreadMs !== undefined && { spread: spreadMs }) }));
  }

  /** Closes with a code, after saying why where the protocol has a word for it. */
  end(code: number, reason: EndReason): void {
    if (!this.isOpen) return;
    this.#endReason = reason;
    if (reason === 'revoked' || reason === 'hello' || reason === 'protocol') this.goodbye(reason);
    this.#socket.close(code);
  }

  /** Cuts the connection without a farewell: the other side does not read. */
  terminate(reason: EndReason): void {
    if (this.isOpen) this.#endReason = reason;
    this.#socket.terminate();
  }
}
