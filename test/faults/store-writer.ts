// A process of its own that writes to a SQLite file as fast as it can, until it is killed.
// Says `ready`, then `begin <n>` before and `ack <n>` after each write; written synchronously, so nothing is lost by a kill.
import { writeSync } from 'node:fs';
import { openStore } from '@glidepath/server/store';

const say = (line: string) => writeSync(1, `${line}\n`);
const store = await openStore({ url: `file:${process.argv[2]}`, now: Date.now });
const counter = { kind: 'flag', parent: 'project', key: 'counter' } as const;

if ((await store.heads()).length === 0) {
  await store.write([], async (tx) => {
    await tx.createEnvironment('env-1', '0123456789abcdef');
    await tx.put(counter, { version: 1 }, 0);
  });
}
say('ready');

while (true) {
  const [head] = await store.heads(['env-1']);
  if (!head) throw new Error('the environment is gone');
  const version = head.version + 1;
  const changeId = `w${version}`;
  say(`begin ${version}`);
  await store.write(['env-1'], async (tx) => {
    await tx.put(counter, { version }, version - 1);
    const body = { schema: 1, text: 'x'.repeat(version % 5_000), version } as never;
    await tx.publish({
      environment: 'env-1',
      changeId,
      urgent: false,
      items: [{ kind: 'flag', key: `f${version % 20}`, body }],
    });
    await tx.appendAudit({
      at: version,
      actor: 'system',
      origin: 'system',
      action: 'change-flag',
      project: 'p',
      changeId,
      environments: [{ key: 'production', from: version - 1, to: version }],
      documents: [],
      content: { version },
    });
  });
  say(`ack ${version}`);
}
