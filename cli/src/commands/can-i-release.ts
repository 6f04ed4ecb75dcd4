import type { CanIReleaseView } from '@glidepath/server/api-types';
import type { Command } from '../command.ts';
import { paintFor, tameAll } from '../paint.ts';
import { environmentRoute } from '../paths.ts';

export const canIRelease: Command = {
  name: 'can-i-release',
  summary: 'asks whether anything speaks against a release now: a freeze, an incident; exit 0 for yes, 4 for no',
  place: 'environment',
  writes: false,
  isData: true,
  arguments: [],
  options: { flag: { value: 'KEY', summary: 'only what touches this flag' } },
  example: 'glidepath can-i-release --env production && ./deploy.sh',
  async run(call) {
    const query = { flag: call.text('flag') };
    const answer = await call.api().send<CanIReleaseView>('GET', `${environmentRoute(call)}/can-i-release`, { query });
    const { go, reasons, rollouts } = tameAll(answer);
    const paint = paintFor(call.outside, call.outside.stdout);
    const { key } = call.environment();
    const lines = [
      go
        ? `${paint('✓', 'good')} nothing speaks against a release in ${key}`
        : `${paint('✗', 'bad')} not now in ${key}`,
      ...reasons.map((reason) => `  ${reason}`),
      ...rollouts.map(
        ({ flag, state, percent }) => `  under way: ${flag} at ${percent} % (${state.replace('-', ' ')})`,
      ),
    ];
    return {
      document: answer,
      text: lines.map((line) => `${line}\n`).join(''),
      exit: go ? 'done' : 'refused',
    };
  },
};
