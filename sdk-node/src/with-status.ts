import type { ClientStatus } from '@glidepath/core/sdk';

/** Apart, because V8 keeps a literal with a getter as a table: finding `variation` in it would cost as much as many flags. */
export class WithStatus {
  readonly #read: () => ClientStatus;

  constructor(read: () => ClientStatus) {
    this.#read = read;
  }

  get status(): ClientStatus {
    return this.#read();
  }
}
