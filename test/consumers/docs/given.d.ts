// What the snippets of the documentation show as already there: pieces of an application.

interface Cart {
  readonly id: string;
}
interface User {
  readonly id: string;
  readonly plan: string;
}
interface Order {
  readonly id: string;
  readonly total: number;
}

declare const app: import('fastify').FastifyInstance;
declare const context: { key: string; plan: string };
declare const cart: Cart;
declare const id: string;
declare const amount: number;

declare function CheckoutV1(): import('react').ReactElement;
declare function CheckoutV2(): import('react').ReactElement;

declare function v1(): string;
declare function v2(): string;
declare function payV1(cart: Cart): Promise<Order>;
declare function payV2(cart: Cart): Promise<Order>;
declare function oldPrice(cart: Cart): number;
declare function newPrice(cart: Cart): Promise<number>;
declare function enqueueRepair(info: object): void;
declare function waitUntil(promise: Promise<unknown>): void;
declare function currentUser(): Promise<User>;

declare const mysql: { get(id: string): Promise<User>; put(user: User): Promise<void> };
declare const pg: { get(id: string): Promise<User>; put(user: User): Promise<void> };
