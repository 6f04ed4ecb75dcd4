import pg from 'pg';

const CHANNEL = 'glidepath';

/** PostgreSQL takes payloads of less than 8,000 bytes; those who listen read by version anyway. */
const MOST_BYTES = 7_900;

const RETRY_MS = 500;

export interface NoticeOptions {
  readonly pool: pg.Pool;
  readonly onProblem: (error: Error) => void;
}

export interface Notifier {
  announce(what: string): void;
  /** Resolves when nothing waits to be sent. */
  idle(): Promise<void>;
}

/**
 * Tells the other processes that something was committed, outside the committed transaction: a notification inside it
 * would make commits wait for each other. A lost one costs a poll interval, never a change.
 */
export function createNotifier({ pool, onProblem }: NoticeOptions): Notifier {
  let waiting: string[] = [];
  let sending: Promise<void> | null = null;

  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const payload = waiting.join(',');
      waiting = [];
      try {
        await pool.query('SELECT pg_notify($1, $2)', [CHANNEL, Buffer.byteLength(payload) > MOST_BYTES ? '' : payload]);
      } catch (error) {
        onProblem(new Error('a notification was lost', { cause: error }));
      }
    }
    sending = null;
  }

  return {
    announce(what) {
      waiting.push(what);
      sending ??= sendAll();
    },
    async idle() {
      await sending;
    },
  };
}

export interface ListenerOptions {
  readonly connectionString: string;
  /** A notification came, or may have been missed. */
  readonly onNotice: () => void;
  readonly onProblem: (error: Error) => void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Listens on a connection of its own, and makes a new one whenever it drops. Resolves after the first attempt. */
export async function openListener({ connectionString, onNotice, onProblem }: ListenerOptions): Promise<Listener> {
  let current: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  async function connect(): Promise<void> {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000, keepAlive: true });
    current = client;
    client.on('notification', onNotice);
    client.on('error', (cause) => onProblem(new Error('the listening connection dropped', { cause })));
    client.on('end', again);
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      onNotice();
    } catch (error) {
      if (!isClosed) onProblem(new Error('the listening connection cannot be made', { cause: error }));
      await client.end();
      again();
    }
  }

  function again(): void {
    if (isClosed || timer) return;
    timer = setTimeout(() => {
      timer = null;
      void connect();
    }, RETRY_MS);
    timer.unref();
  }

  await connect();
  return {
    async close() {
      isClosed = true;
      if (timer) clearTimeout(timer);
      await current?.end();
    },
  };
}
