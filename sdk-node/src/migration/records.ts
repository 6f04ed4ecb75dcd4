/** What is counted of two ways of doing the same. */
export interface SideRecorder {
  called(flag: string, call: SideCall): void;
  /** Both answered; `paths` of what differs, none = the same. */
  compared(flag: string, stage: string, paths: readonly string[]): void;
  /** Nothing was compared, because too much was under way. */
  skipped(flag: string, stage: string): void;
}

export interface SideCall {
  readonly op: 'read' | 'write' | 'shadow';
  readonly side: 'old' | 'new' | 'control' | 'candidate';
  readonly ok: boolean;
  readonly durationMs: number;
}
