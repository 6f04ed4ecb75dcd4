/** The server's time: what people compare across machines, whatever their own clock says. */
export interface ServerClock {
  /** Milliseconds since epoch. */
  now(): number;
  /** Learns the server's time from an answer that carries it. */
  learn(serverTime: string): void;
}

/** Starts with the browser's own time and follows the server's as soon as one is learnt. */
export function createServerClock(performance: Pick<Performance, 'now' | 'timeOrigin'>): ServerClock {
  let offset = performance.timeOrigin;
  return {
    now: () => offset + performance.now(),
    learn(serverTime) {
      const server = Date.parse(serverTime);
      if (!Number.isNaN(server)) offset = server - performance.now();
    },
  };
}
