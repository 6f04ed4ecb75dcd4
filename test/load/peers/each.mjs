// A library without a call for all flags is asked for each.
export function synchronous(flags, ask) {
  const keys = flags.map(({ key }) => key);
  return {
    isAsync: false,
    ask,
    all(index) {
      const values = {};
      for (const key of keys) values[key] = ask(key, index);
      return values;
    },
    read: (all, key) => all[key],
  };
}
