/** Where goods are laid aside for those who are at the checkout: so many places, each free again when its time is over. */
export interface Reservations {
  /** Lays aside for this visitor, anew where something lies there already; throws where every place is taken. */
  take(visitor: string): void;
  release(visitor: string): void;
}

export interface ReservationOptions {
  readonly places: number;
  readonly holdMs: number;
  /** Milliseconds that never go backwards. */
  readonly now: () => number;
}

export function openReservations({ places, holdMs, now }: ReservationOptions): Reservations {
  /** By visitor, until when; all are held for equally long, so that the first one ends first. */
  const held = new Map<string, number>();

  function forgetThoseThatAreOver(): void {
    for (const [visitor, until] of held) {
      if (until > now()) return;
      held.delete(visitor);
    }
  }

  return {
    take(visitor) {
      forgetThoseThatAreOver();
      held.delete(visitor);
      if (held.size >= places) throw new NoPlaceError(`all ${places} places for reservations are taken`);
      held.set(visitor, now() + holdMs);
    },
    release: (visitor) => void held.delete(visitor),
  };
}

class NoPlaceError extends Error {
  override readonly name = 'NoPlaceError';
}
