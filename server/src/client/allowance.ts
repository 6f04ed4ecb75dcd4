/** How much of something one connection may do. */
export interface Allowed {
  readonly perSecond: number;
  /** At once, after a quiet time. */
  readonly burst: number;
}

/** What is left of it. */
export interface Allowance {
  left: number;
  at: number;
}

export function allowanceOf({ burst }: Allowed, now: number): Allowance {
  return { left: burst, at: now };
}

/** Takes one; false when there is none. */
export function take(allowance: Allowance, { perSecond, burst }: Allowed, now: number): boolean {
  allowance.left = Math.min(burst, allowance.left + ((now - allowance.at) / 1_000) * perSecond);
  allowance.at = now;
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}
