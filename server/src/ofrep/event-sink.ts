import type { ServerResponse } from 'node:http';

/** Where the text of an event stream goes. */
export interface EventSink {
  write(text: string): void;
  /** Written and not yet taken by the system. */
  readonly bufferedBytes: number;
  end(): void;
  /** Ends it without waiting for what is buffered. */
  cut(): void;
}

export function sinkOf(response: ServerResponse): EventSink {
  return {
    write: (text) => void response.write(text),
    get bufferedBytes() {
      return response.writableLength;
    },
    end: () => void response.end(),
    cut: () => void response.destroy(),
  };
}
