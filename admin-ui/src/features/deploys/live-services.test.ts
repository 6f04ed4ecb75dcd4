import { expect, test } from 'vitest';
import { servicesOf } from './live-services.ts';

test('what runs is told by service, the version with most instances first, and how many lag behind', () => {
  const services = servicesOf([
    { service: 'shop', version: '4.1.9', instances: 2, onLatest: 2 },
    { service: 'billing', version: '1.0.0', instances: 3, onLatest: 1 },
    { service: 'shop', version: '4.2.0', instances: 8, onLatest: 7 },
    { service: 'shop', version: '4.0.0', instances: 0, onLatest: 0 },
  ]);
  expect(services.map(({ service, instances, behind }) => [service, instances, behind])).toEqual([
    ['billing', 3, 2],
    ['shop', 10, 1],
  ]);
  expect(services[1]?.versions.map(({ version }) => version)).toEqual(['4.2.0', '4.1.9']);
});
