export interface Product {
  readonly id: string;
  readonly name: string;
  readonly about: string;
  readonly cents: number;
  /** The colour of its picture, in degrees. */
  readonly hue: number;
}

export const products: readonly Product[] = [
  { id: 'kite', name: 'Stunt kite', about: 'Two lines, 140 cm, for 8 to 40 km/h', cents: 4_900, hue: 12 },
  { id: 'glider', name: 'Balsa glider', about: 'Cut by hand, flies 30 metres', cents: 1_450, hue: 38 },
  { id: 'windsock', name: 'Windsock', about: 'Ripstop nylon, turns at a breath', cents: 2_200, hue: 350 },
  { id: 'altimeter', name: 'Pocket altimeter', about: 'Barometric, to the metre', cents: 8_900, hue: 210 },
  { id: 'boomerang', name: 'Boomerang', about: 'Birch, comes back', cents: 1_900, hue: 92 },
  { id: 'parachute', name: 'Toy parachute', about: 'With a pilot who is not afraid', cents: 990, hue: 268 },
  { id: 'streamer', name: 'Kite tail, 8 m', about: 'Six colours, one knot', cents: 1_200, hue: 320 },
  { id: 'anemometer', name: 'Anemometer', about: 'Says whether it is worth going out', cents: 5_400, hue: 180 },
];

export const priceOf = ({ cents }: Product): string => `€ ${(cents / 100).toFixed(2)}`;
