import type { Delivery } from '@glidepath/server/api-types';
import { tame } from './paint.ts';

/** How far a change has come, and who is silent. */
export function deliveryLines(report: Delivery): readonly string[] {
  const { connected, applied, gone, p50Ms, slowestMs, stragglers, browsers, pollers } = report;
  const figures = [
    `${applied}/${connected} SDK instances acknowledged`,
    ...(p50Ms === null ? [] : [`p50 ${Math.round(p50Ms)} ms`]),
    ...(slowestMs === null ? [] : [`max ${Math.round(slowestMs)} ms`]),
    ...(gone === 0 ? [] : [`${gone} went away`]),
  ];
  const silent = stragglers.map(({ connection, application, instance, version, silentMs }) => {
    const name = [application, instance].filter((part) => part !== null).join(' ');
    const seconds = (silentMs / 1_000).toFixed(1);
    return `silent: ${tame(name || connection)} (at version ${version}, heard of ${seconds} s ago)`;
  });
  const unnamed = connected - applied - gone - stragglers.length;
  return [
    figures.join(' · '),
    ...silent,
    ...(unnamed > 0 && silent.length > 0 ? [`silent: ${unnamed} more`] : []),
    ...(browsers.connected === 0 ? [] : [`browsers: ${browsers.applied}/${browsers.connected} acknowledged`]),
    ...(pollers === 0 ? [] : [`${pollers} that poll will ask by themselves`]),
  ];
}
