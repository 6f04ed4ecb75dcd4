import { newDatabase } from './postgres.ts';
import { type Service, startService } from './start-service.ts';

/** Two services over one new database; both start while it is empty, and have one secret. */
export async function startReplicas(pgUrl: string): Promise<readonly [one: Service, two: Service]> {
  const settings = {
    DATABASE_URL: await newDatabase(pgUrl),
    SECRET: 'one secret that both of the replicas have',
  };
  return Promise.all([startService({ settings }), startService({ settings })]);
}
