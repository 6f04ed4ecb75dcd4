import { allOf, grouped } from '@glidepath/core/change';

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
    nobody: (sampled: number) => `Of ${grouped(sampled)} made-up users, nobody gets anything else.`,
    some: (sampled: number, changed: number) =>
      `Of ${grouped(sampled)} made-up users, ${grouped(changed)} get something else and ${grouped(sampled - changed)} keep what they have.`,
    move: (count: number, from: string | null, to: string | null) =>
      `${grouped(count)} ${variation(from)} → ${variation(to)}`,
    example: (name: string, attributes: string) =>
      `, such as \`${name}\`${attributes === '' ? '' : ` (${attributes})`}`,
    noLoss: (from: string | null, to: string | null) => `0 ${variation(from)} → ${variation(to)}: nobody loses it.`,
  },
  pinned: {
    title: 'Your pinned users',
    changes: (name: string, from: string | null, to: string | null) =>
      `\`${name}\`: ${variation(from)} → ${variation(to)}`,
    unchanged: (count: number) => `${grouped(count)} unchanged`,
  },
  others: {
    title: 'Other flags',
    takesDown: (flags: readonly string[]) => `Also turns off ${allOf(flags)} (${flags.length}).`,
    changes: (flags: readonly string[]) => `Also changes who gets what in ${allOf(flags)} (${flags.length}).`,
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
