// What happens in the demo, through the public API and the command alone; each step is told with where to look.
import { setTimeout as wait } from 'node:timers/promises';
import { PRODUCTION, PROJECT } from './service.mjs';

const LOOK_MS = 400;
const COMMAND = 'cli/dist/main.js';
/** In them a rollout goes no further by itself. */
const ENDS = new Set(['completed', 'rolled-back', 'aborted', 'paused']);

/** Resolves when all is told. */
export async function tellStory({ service, shop, processes, tell, pauseMs }) {
  const { url, call, token } = service;
  const pipelineSettings = { GLIDEPATH_URL: url, GLIDEPATH_TOKEN: token, SHOP_CONTROL: shop.controlUrl };
  const deploy = (version) => processes.run('pipeline', ['examples/shop/pipeline.mjs', version], pipelineSettings);

  /** The rollout that this version has started. */
  async function rolloutOf(version) {
    const { items } = await call('GET', `${PRODUCTION}/flags/new-checkout/rollouts`);
    const found = items.find(({ plan }) => plan.start.minVersion === version);
    if (found === undefined) throw new Error(`the deploy of ${version} has started no rollout`);
    return found;
  }

  /** Tells each of its moves, until it is over or everybody has what it releases. */
  async function followed(version) {
    const { id } = await rolloutOf(version);
    let told = -1;
    for (;;) {
      const rollout = await call('GET', `${PROJECT}/rollouts/${id}`);
      const { state, percent, sentence } = rollout;
      if (percent !== told) tell(sentence, `${url}/rollouts/${id}`);
      told = percent;
      if (percent === 100 || ENDS.has(state)) return rollout;
      await wait(LOOK_MS);
    }
  }

  tell('The pipeline deploys 2.0.0, which has a new checkout. Deployed is not released: nobody has it yet.');
  await deploy('2.0.0');
  tell('Both instances run 2.0.0. A release policy of the service has the deploy release the flag, step by step.');
  const failed = await followed('2.0.0');
  if (failed.state !== 'rolled-back') throw new Error(`the release of 2.0.0 is ${failed.state}: ${failed.sentence}`);
  tell(`Nobody was asked: everybody has the old checkout again. ${failed.incident} was opened.`, `${url}/incidents`);
  tell('Slack has been told.', shop.inboxUrl);

  await wait(pauseMs);
  tell('2.0.1 gives back the places for reservations that 2.0.0 left taken. The pipeline deploys it.');
  await deploy('2.0.1');
  await call('POST', `${PROJECT}/incidents/${failed.incident}/resolve`, { comment: 'Mended by 2.0.1.' });
  tell(`${failed.incident} is resolved: until then no release of this flag would have begun.`, `${url}/incidents`);
  const released = await followed('2.0.1');
  if (released.percent !== 100) throw new Error(`the release of 2.0.1 is ${released.state}: ${released.sentence}`);

  await wait(pauseMs);
  tell('And if something goes wrong that no gate sees: a kill, from any terminal.', `${url}/switches/new-checkout`);
  await processes.run(
    'kill',
    [COMMAND, 'kill', 'new-checkout', '--env', 'production', '--reason', 'double charges are reported', '--wait'],
    { GLIDEPATH_URL: url, GLIDEPATH_TOKEN: token },
  );
}
