import type { FrameWay } from './tools.ts';

/** What is kept of a frame: nothing of what it says of anybody. */
export interface FrameLine {
  /** Since the log began. */
  readonly afterMs: number;
  readonly way: FrameWay;
  readonly type: string;
  readonly bytes: number;
  /** Of the environment. */
  readonly version: number | null;
}

export interface FrameLog {
  /** The newest first. */
  readonly lines: readonly FrameLine[];
  add(way: FrameWay, text: string): void;
}

const MOST_LINES = 100;
const TYPE = /^[a-z]{1,16}$/;

export function createFrameLog(now: () => number): FrameLog {
  const beganAt = now();
  let lines: readonly FrameLine[] = [];
  return {
    get lines() {
      return lines;
    },
    add(way, text) {
      const line = { afterMs: now() - beganAt, way, bytes: new TextEncoder().encode(text).length, ...aboutOf(text) };
      lines = [line, ...lines.slice(0, MOST_LINES - 1)];
    },
  };
}

function aboutOf(text: string): Pick<FrameLine, 'type' | 'version'> {
  try {
    const { t, v, head, basis } = JSON.parse(text);
    const version = v ?? head ?? basis?.v;
    return { type: TYPE.test(t) ? t : 'unknown', version: Number.isSafeInteger(version) ? version : null };
  } catch {
    return { type: 'unreadable', version: null };
  }
}
