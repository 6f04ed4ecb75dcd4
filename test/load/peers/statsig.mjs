// Local mode with bootstrapped gates; exposures are not logged.
import Statsig from 'statsig-node';
import { synchronous } from './each.mjs';

export async function open({ flags, contexts, countries, version, ending, members }) {
  const everyone = { type: 'public', targetValue: null, operator: null, field: null };
  const field = (name, operator, targetValue) => ({ type: 'user_field', field: name, operator, targetValue });
  const rule = (name, passPercentage, condition) => ({
    ...{ name, id: name, salt: name, passPercentage, returnValue: true, idType: 'userID' },
    conditions: [condition],
  });
  const tenth = rule('tenth', 10, everyone);
  const kinds = {
    switch: [rule('everyone', 100, everyone)],
    rollout: [tenth],
    ruled: [
      rule('country', 100, field('country', 'any_case_sensitive', countries)),
      rule('version', 100, field('appVersion', 'version_gte', version)),
      rule('staff', 100, field('email', 'str_ends_with_any', [ending])),
      tenth,
    ],
    member: [
      rule('member', 100, { type: 'unit_id', operator: 'any_case_sensitive', targetValue: members, idType: 'userID' }),
    ],
  };
  const gates = flags.map(({ key, kind }) => ({
    ...{ name: key, type: 'feature_gate', entity: 'feature_gate', salt: key, enabled: true, isActive: true },
    ...{ defaultValue: false, idType: 'userID', rules: kinds[kind] },
  }));
  const nothing = () => undefined;
  await Statsig.initialize('secret-benchmark', {
    localMode: true,
    disableDiagnostics: true,
    disableRulesetsSync: true,
    disableIdListsSync: true,
    disableAllLogging: true,
    initStrategyForIP3Country: 'none',
    initStrategyForIDLists: 'none',
    logger: { logLevel: 'none', debug: nothing, info: nothing, warn: nothing, error: nothing },
    bootstrapValues: JSON.stringify({
      ...{ has_updates: true, time: 1, feature_gates: gates, dynamic_configs: [], layer_configs: [] },
    }),
  });
  const users = contexts.map(({ key, email, country, appVersion, ...custom }) => ({
    ...{ userID: key, email, country, appVersion, custom },
  }));
  const options = { disableExposureLogging: true };
  return {
    ...synchronous(flags, (key, index) => Statsig.checkGate(users[index], key, options)),
    close: () => Statsig.shutdown(),
  };
}
