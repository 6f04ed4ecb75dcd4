const counts = new Intl.NumberFormat('en');
const lists = new Intl.ListFormat('en', { type: 'conjunction' });

const quoted = (keys: readonly string[]): string => lists.format(keys.map((key) => `\`${key}\``));

export const reviewMessages = {
  heading: (flag: string, revision: number) => `${flag} · v${revision} → v${revision + 1}`,
  exposure: {
    title: 'Exposure',
    rule: (place: number, name: string) => `Of those who reach rule ${place}${name === '' ? '' : ` (${name})`}`,
    everyone: 'Of those who reach no rule',
    share: (variation: string, before: string, after: string) => `\`${variation}\` ${before} % → ${after} %`,
    line: (whom: string, shares: readonly string[]) => `${whom}: ${shares.join(', ')}.`,
    anew: (whom: string) => `${whom}: everybody is dealt anew, also those whose share stays the same.`,
  },
  users: {
    title: 'Users who change',
    nobody: (sampled: number) => `Of ${counts.format(sampled)} made-up users, nobody gets anything else.`,
    some: (sampled: number, changed: number) =>
      `Of ${counts.format(sampled)} made-up users, ${counts.format(changed)} get something else and ${counts.format(sampled - changed)} keep what they have.`,
    move: (count: number, from: string | null, to: string | null) =>
      `${counts.format(count)} ${variation(from)} → ${variation(to)}`,
    example: (name: string, attributes: string) =>
      `, such as \`${name}\`${attributes === '' ? '' : ` (${attributes})`}`,
    noLoss: (from: string | null, to: string | null) => `0 ${variation(from)} → ${variation(to)}: nobody loses it.`,
  },
  pinned: {
    title: 'Your pinned users',
    changes: (name: string, from: string | null, to: string | null) =>
      `\`${name}\`: ${variation(from)} → ${variation(to)}`,
    unchanged: (count: number) => `${counts.format(count)} unchanged`,
  },
  others: {
    title: 'Other flags',
    takesDown: (flags: readonly string[]) => `Also turns off ${quoted(flags)} (${flags.length}).`,
    changes: (flags: readonly string[]) => `Also changes who gets what in ${quoted(flags)} (${flags.length}).`,
  },
  advice: {
    title: 'Advice',
    unreachable: (place: number, name: string, why: string) =>
      `Rule ${place}${name === '' ? '' : ` (${name})`} is never reached: ${why}`,
  },
} as const;

function variation(key: string | null): string {
  return key === null ? 'an error' : `\`${key}\``;
}
