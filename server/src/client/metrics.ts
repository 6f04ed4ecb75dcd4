import { Counter } from 'prom-client';
import type { Metrics, StreamMetrics } from '../metrics/metrics.ts';

/** What the streams of browsers tell about themselves, besides what all streams do. */
export interface BrowserMetrics extends Pick<StreamMetrics, 'connections' | 'handshakes' | 'ended'> {
  readonly frames: Counter<'frame'>;
  readonly evaluations: Counter<'cause'>;
}

export function browserMetrics({ registry, stream }: Metrics): BrowserMetrics {
  const registers = [registry];
  return {
    connections: stream.connections,
    handshakes: stream.handshakes,
    ended: stream.ended,
    frames: new Counter({
      registers,
      name: 'glidepath_browser_frames_total',
      help: 'Frames sent to browsers',
      labelNames: ['frame'],
    }),
    evaluations: new Counter({
      registers,
      name: 'glidepath_browser_evaluations_total',
      help: 'Looks at the values of one browser, and why',
      labelNames: ['cause'],
    }),
  };
}
