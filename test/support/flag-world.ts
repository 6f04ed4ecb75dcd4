import type { Answer, Send, Service } from './start-service.ts';

const PROJECT = '/api/v1/projects/default';
export const ENVIRONMENT = 'development';
const HERE = `${PROJECT}/environments/${ENVIRONMENT}`;

type Instruction = { readonly kind: string; readonly [field: string]: unknown };

/** Flags of one environment, changed through the API of people; each change is served when its promise resolves. */
export interface FlagWorld {
  /** A new flag: its shared part, then instructions for its configuration, where it is turned on. */
  flag(
    input: { readonly key: string; readonly [field: string]: unknown },
    instructions?: readonly Instruction[],
  ): Promise<void>;
  /** Changes the configuration of a flag. */
  change(flag: string, ...instructions: readonly Instruction[]): Promise<void>;
  /** Changes what environments share of a flag. */
  changeShared(flag: string, ...instructions: readonly Instruction[]): Promise<void>;
  kill(flag: string): Promise<void>;
  segment(key: string, instructions?: readonly Instruction[]): Promise<void>;
  changeSegment(key: string, ...instructions: readonly Instruction[]): Promise<void>;
}

export function flagWorld({ admin }: Pick<Service, 'admin'>): FlagWorld {
  const { send } = admin;
  const write = async (method: string, path: string, body: object): Promise<void> => {
    const version = versionIn(await send(method, path, { body }));
    if (version !== null) await served(send, version);
  };
  const change = (path: string, instructions: readonly Instruction[]) => write('PATCH', path, { instructions });
  return {
    async flag(input, instructions = []) {
      await write('POST', `${PROJECT}/flags`, { type: 'boolean', ...input });
      await change(`${HERE}/flags/${input.key}`, [{ kind: 'turn-on' }, ...instructions]);
    },
    change: (flag, ...instructions) => change(`${HERE}/flags/${flag}`, instructions),
    changeShared: (flag, ...instructions) => change(`${PROJECT}/flags/${flag}`, instructions),
    kill: (flag) => write('POST', `${HERE}/flags/${flag}/kill`, { reason: 'it is broken' }),
    async segment(key, instructions = []) {
      await write('POST', `${PROJECT}/segments`, { key });
      if (instructions.length > 0) await change(`${HERE}/segments/${key}`, instructions);
    },
    changeSegment: (key, ...instructions) => change(`${HERE}/segments/${key}`, instructions),
  };
}

/** For browsers: one flag behind `base`, one that answers the segment `testers` otherwise; `hidden` and `base` are not for them. */
export async function flagsThatDepend(world: FlagWorld): Promise<void> {
  await world.segment('testers');
  await world.flag({ key: 'base' });
  await world.flag({ key: 'dependent', clientSide: true }, [
    { kind: 'set-prerequisites', prerequisites: [{ flag: 'base', variations: ['on'] }] },
  ]);
  await world.flag({ key: 'for-testers', clientSide: true }, [
    {
      kind: 'add-rule',
      rule: {
        clauses: [{ attribute: 'key', operator: 'in-segment', values: ['testers'] }],
        serve: { variation: 'off' },
      },
    },
  ]);
  await world.flag({ key: 'hidden' });
}

function versionIn({ status, body }: Answer<Record<string, unknown>>): number | null {
  if (status >= 300) throw new Error(`a change answered ${status}: ${JSON.stringify(body)}`);
  const versions = body['versions'] as Readonly<Record<string, number>> | undefined;
  return versions?.[ENVIRONMENT] ?? null;
}

async function served(send: Send, version: number): Promise<void> {
  const answer = await send('GET', `${HERE}/changes?after=${version}&minVersion=${version}`);
  if (answer.status !== 200) throw new Error(`version ${version} is not served: ${answer.status}`);
}
