type Salt = string | null | undefined;
type Key = string | number;

export function bucket(flagKey: string, salt: Salt, targetingKey: Key): number;
export function inRollout(flagKey: string, salt: Salt, targetingKey: Key, percent: number): boolean;
export function assign(flagKey: string, salt: Salt, targetingKey: Key, weights: readonly number[]): number;
