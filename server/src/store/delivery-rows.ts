import { and, eq } from 'drizzle-orm';
import { compareText } from './canonical.ts';
import type { Db, Tables } from './connection.ts';
import type { DeliveryRow } from './store.ts';

export async function putDelivery(db: Db, t: Tables, row: DeliveryRow): Promise<void> {
  const { environment, sketch, ...figures } = row;
  const { delivery } = t;
  const values = { ...figures, envId: environment, sketch: JSON.stringify(sketch) };
  await db
    .insert(delivery)
    .values(values)
    .onConflictDoUpdate({ target: [delivery.envId, delivery.version, delivery.replica], set: values });
}

export async function readDelivery(
  db: Db,
  t: Tables,
  environment: string,
  version: number,
): Promise<readonly DeliveryRow[]> {
  const { delivery } = t;
  const rows = await db
    .select()
    .from(delivery)
    .where(and(eq(delivery.envId, environment), eq(delivery.version, version)));
  return rows
    .map(({ envId, sketch, ...figures }) => ({
      ...figures,
      environment: envId,
      sketch: JSON.parse(sketch) as DeliveryRow['sketch'],
    }))
    .sort((a, b) => compareText(a.replica, b.replica));
}
