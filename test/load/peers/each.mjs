// A library without a call for all flags is asked for each, by keys as they stand in a program.
export function synchronous(flags, ask) {
  const keys = Object.keys(Object.fromEntries(flags.map(({ key }) => [key, null])));
  return {
    isAsync: false,
    ask,
    all(index) {
      const values = Object.create(null);
      for (const key of keys) values[key] = ask(key, index);
      return values;
    },
    read: (all, key) => all[key],
  };
}
