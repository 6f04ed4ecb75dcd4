import type { Call } from '../call.ts';
import type { Command } from '../command.ts';
import { paintFor, tame } from '../paint.ts';
import { checkClock, checkKey, checkReach, checkToken, type Finding, type Reached } from '../probes.ts';
import { checkUpgrade } from '../upgrade.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'tests the way to the service: address, TLS, WebSocket through a proxy, clock, keys; each with a fix',
  place: 'service',
  writes: false,
  isData: true,
  arguments: [],
  options: {},
  example: 'GLIDEPATH_SDK_KEY=gp_srv_… glidepath doctor --url https://flags.example.com',
  async run(call) {
    const findings = await examine(call);
    const isWell = findings.every(({ state }) => state !== 'broken');
    const paint = paintFor(call.outside, call.outside.stdout);
    const marks = { well: paint('✓', 'good'), doubtful: '!', broken: paint('✗', 'bad') };
    const lines = findings.flatMap(({ check, state, found, fix }) => [
      `${marks[state]} ${check}: ${tame(found)}`,
      ...(fix === null ? [] : [`  ${fix}`]),
    ]);
    return {
      document: { url: call.url(), well: isWell, checks: findings },
      text: `${call.url()}\n${lines.map((line) => `${line}\n`).join('')}`,
      exit: isWell ? 'done' : 'failed',
    };
  },
};

async function examine(call: Call): Promise<readonly Finding[]> {
  const url = call.url();
  const sdkKey = call.secret('GLIDEPATH_SDK_KEY');
  const token = call.token();
  const reached: Reached = await checkReach(url, call.outside.now);
  // What cannot be reached can be asked nothing.
  if (reached.answer === null) return reached.findings;
  return [
    ...reached.findings,
    checkClock(reached.answer),
    await checkUpgrade(url, sdkKey),
    await checkToken(url, token),
    ...(sdkKey === undefined ? [] : [await checkKey(url, sdkKey)]),
  ];
}
