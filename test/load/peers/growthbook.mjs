// The client for servers, over a payload that is given to it.
import { GrowthBookClient } from '@growthbook/growthbook';
import { synchronous } from './each.mjs';

export function open({ flags, contexts, countries, version, ending, members }) {
  const tenth = { force: true, coverage: 0.1, hashAttribute: 'id' };
  const on = (condition) => ({ condition, force: true });
  const kinds = {
    switch: { defaultValue: true },
    rollout: { defaultValue: false, rules: [tenth] },
    ruled: {
      defaultValue: false,
      rules: [
        on({ country: { $in: countries } }),
        on({ appVersion: { $vgte: version } }),
        on({ email: { $regex: `${ending.replaceAll('.', '\\.')}$` } }),
        tenth,
      ],
    },
    member: { defaultValue: false, rules: [on({ id: { $inGroup: 'members' } })] },
  };
  const client = new GrowthBookClient().initSync({
    payload: {
      features: Object.fromEntries(flags.map(({ key, kind }) => [key, structuredClone(kinds[kind])])),
      savedGroups: { members },
    },
  });
  const users = contexts.map(({ key, ...attributes }) => ({ attributes: { id: key, ...attributes } }));
  return {
    ...synchronous(flags, (key, index) => client.isOn(key, users[index])),
    close: () => client.destroy(),
  };
}
