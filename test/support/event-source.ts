/**
 * `EventSource` as browsers have it, for Node: reconnects by itself after a lost stream and tells its last id, and gives
 * up for good on any answer that is no stream.
 */
export class NodeEventSource extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSED = 2;

  readonly url: string;
  readyState: number = NodeEventSource.CONNECTING;
  lastEventId = '';
  /** Status of the last answer. */
  status: number | null = null;
  headers: Headers | null = null;
  /** Everything that came, line by line. */
  readonly lines: string[] = [];
  readonly #abort = new AbortController();
  readonly #requestHeaders: Readonly<Record<string, string>>;
  #retryMs = 3_000;
  #timer: NodeJS.Timeout | undefined;
  #data: string[] = [];
  #type = '';

  constructor(url: string, headers: Readonly<Record<string, string>> = {}) {
    super();
    this.url = url;
    this.#requestHeaders = headers;
    void this.#connect();
  }

  close(): void {
    this.readyState = NodeEventSource.CLOSED;
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  async #connect(): Promise<void> {
    try {
      const id = this.lastEventId === '' ? {} : { 'last-event-id': this.lastEventId };
      const response = await fetch(this.url, {
        headers: { ...this.#requestHeaders, accept: 'text/event-stream', ...id },
        signal: this.#abort.signal,
      });
      this.status = response.status;
      this.headers = response.headers;
      if (response.status !== 200 || !response.headers.get('content-type')?.startsWith('text/event-stream')) {
        await response.body?.cancel();
        this.#fail(NodeEventSource.CLOSED);
        return;
      }
      this.readyState = NodeEventSource.OPEN;
      this.dispatchEvent(new Event('open'));
      await this.#read(response);
    } catch {
      // Lost, or closed by us.
    }
    if (this.readyState === NodeEventSource.CLOSED) return;
    this.#timer = setTimeout(() => void this.#connect(), this.#retryMs);
    this.#fail(NodeEventSource.CONNECTING);
  }

  #fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }

  async #read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    let rest = '';
    for await (const chunk of body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    }
  }

  #take(line: string): void {
    this.lines.push(line);
    if (line === '') {
      this.#dispatch();
      return;
    }
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id') this.lastEventId = value;
    else if (field === 'retry') this.#retryMs = Number(value);
  }

  #dispatch(): void {
    const data = this.#data.join('\n');
    const type = this.#type === '' ? 'message' : this.#type;
    this.#data = [];
    this.#type = '';
    if (data !== '') this.dispatchEvent(new MessageEvent(type, { data, lastEventId: this.lastEventId }));
  }
}
