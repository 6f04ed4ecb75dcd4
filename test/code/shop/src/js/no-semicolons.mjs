import flags from '../client.ts'
import { log } from '../trace.ts'

export function scenario() {
  const isNew = flags.variation('new-checkout', { key: 'ann' }, false)
  const names = ['a']
  if (isNew) names.push('b')
  ;(isNew ? log : () => log('old'))('new', names)
  isNew && log('and')
  ;[...names].reverse().forEach((name) => log('name', name))
}
