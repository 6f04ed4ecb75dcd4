import { expect, test } from 'vitest';
import { lastEvent, newestOf, type PlacedChange } from './situation.ts';

const at = (minute: number) => `2026-05-04T03:${String(minute).padStart(2, '0')}:00.000Z`;

function aChange(environment: string, version: number, minute: number): PlacedChange {
  const told = { actor: null, by: null, origin: null, comment: null, summary: [] };
  return { environment, version, at: at(minute), changeId: `c${minute}`, urgent: false, items: [], ...told };
}

test('the newest changes of all environments stand in one list, those of one moment by their version', () => {
  const changes = [aChange('dev', 1, 5), aChange('dev', 2, 7), aChange('production', 9, 6), aChange('dev', 3, 7)];
  const shown = newestOf(changes, 3).map(({ environment, version }) => `${environment} ${version}`);
  expect(shown).toEqual(['dev 3', 'dev 2', 'production 9']);
});

test('it is quiet since the last thing that happened, whatever that was', () => {
  const nothing = { changes: [], rollouts: [], incidents: [] };
  expect(lastEvent(nothing)).toBeNull();
  const changes = [{ at: at(4) }];
  expect(lastEvent({ ...nothing, changes })).toBe(at(4));
  expect(lastEvent({ ...nothing, changes, rollouts: [{ endedAt: at(9) }, { endedAt: null }] })).toBe(at(9));
  expect(lastEvent({ ...nothing, changes, incidents: [{ resolvedAt: at(8) }] })).toBe(at(8));
});
