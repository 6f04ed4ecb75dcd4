/** Everything from outside that commands use: `main.ts` has the real one. */
export interface Outside {
  /** Without the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  /** What this machine is called. */
  readonly machine: string;
  readonly version: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: Source;
  readonly files: Files;
  now(): number;
  newId(): string;
  /** Resolves after so long, or as soon as the signal is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** From now on Ctrl-C does not end the process: it aborts this, and the command ends by itself. */
  interruption(): AbortSignal;
  /** Runs another program with this on its stdin; null where there is none, or it took too long. */
  runTool(program: string, args: readonly string[], input: string): ToolResult | null;
  /** Runs a line of the shell, whose output goes where errors go; whether it ended well. The signal ends it with all it started. */
  runShell(line: string, signal: AbortSignal): Promise<boolean>;
  /** Never throws: whoever has no browser opens the address that was printed. */
  openInBrowser(address: string): void;
}

export interface ToolResult {
  readonly isDone: boolean;
  readonly stdout: string;
}

export interface Sink {
  readonly isTerminal: boolean;
  write(text: string): void;
}

export interface Source {
  readonly isTerminal: boolean;
  readAll(): Promise<string>;
  /** One line; the question is written where errors go. */
  ask(question: string): Promise<string>;
}

export interface Files {
  /** Null where there is no such file. */
  read(file: string): string | null;
  exists(file: string): boolean;
  /** How large it is; null where it is no ordinary file, as folders and links are not. */
  bytes(file: string): number | null;
  /** What lies in a folder, by name; empty where there is no such folder. Links are neither. */
  list(folder: string): readonly { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }[];
  /** Whole or not at all; what is there keeps its permissions. */
  write(file: string, text: string, access?: 'everybody' | 'owner'): void;
}
