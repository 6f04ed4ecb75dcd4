import { describe, expect, test } from 'vitest';
import { openMetrics } from './metrics.ts';
import { lateWindows, OVERLOAD, openPressureGauge } from './pressure.ts';

describe('the figures for Prometheus', () => {
  test('carry what was observed, with its labels', async () => {
    const metrics = openMetrics({ withProcess: false });
    metrics.stream.connections.set({ environment: 'shop/production', kind: 'server' }, 3);
    metrics.stream.delivery.observe({ environment: 'shop/production' }, 0.04);
    const text = await metrics.text();
    expect(text).toContain('glidepath_connections{environment="shop/production",kind="server"} 3');
    expect(text).toContain('glidepath_delivery_seconds_bucket{le="0.05",environment="shop/production"} 1');
  });

  test('of two services in one process are apart', async () => {
    const [one, other] = [openMetrics({ withProcess: false }), openMetrics({ withProcess: false })];
    one.stream.handshakes.inc({ result: 'admitted' });
    expect(await other.text()).not.toContain('glidepath_handshakes_total{');
  });
});

describe('a late event loop', () => {
  test('counts as overload only when it is late in every window of half a minute', () => {
    const late = (delays: readonly number[]) => delays.reduce(lateWindows, 0) >= OVERLOAD.windows;
    expect(late([900, 900, 900, 900, 900])).toBe(false);
    expect(late([201, 300, 900, 201, 500, 201])).toBe(true);
    expect(late([900, 900, 900, 10, 900, 900, 900])).toBe(false);
  });
});

describe('short memory', () => {
  test('begins at four fifths of what the process may have', () => {
    const looks: (() => void)[] = [];
    const clock = {
      now: () => 0,
      monotonic: () => 0,
      setTimer(look: () => void) {
        looks.push(look);
        return { cancel() {} };
      },
    };
    let resident = 800;
    const gauge = openMetrics({ withProcess: false }).stream.eventLoopDelay;
    const pressure = openPressureGauge({ clock, gauge, residentBytes: () => resident, memoryBytes: 1_000 });
    looks.at(-1)?.();
    expect(pressure.isMemoryShort()).toBe(false);
    resident = 801;
    looks.at(-1)?.();
    expect([pressure.isMemoryShort(), pressure.isOverloaded()]).toEqual([true, true]);
    pressure.close();
  });
});
