export interface Product {
  readonly id: string;
  readonly name: string;
  readonly cents: number;
}

export const products: readonly Product[] = [
  { id: 'kite', name: 'Stunt kite', cents: 4_900 },
  { id: 'glider', name: 'Balsa glider', cents: 1_450 },
  { id: 'windsock', name: 'Windsock', cents: 2_200 },
  { id: 'altimeter', name: 'Pocket altimeter', cents: 8_900 },
  { id: 'boomerang', name: 'Boomerang', cents: 1_900 },
];

export const findProduct = (id: string): Product | undefined => products.find((product) => product.id === id);
