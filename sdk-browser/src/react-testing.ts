'use client';

import type { Json } from '@glidepath/core';
import { unknownFlag } from '@glidepath/core/sdk';
import type { ReactElement, ReactNode } from 'react';
import { createElement, useMemo } from './react-api.ts';
import { inertClient, providing, sharedContext } from './react-context.ts';
import type { BrowserClient, RegisteredFlags } from './types.ts';

/** The reading methods of a client, each of which takes a key or a declared flag. */
const READING = ['variation', 'variationDetail', 'peek', 'peekDetail'] as const;

export interface TestFlagsProviderProps<F extends object> {
  readonly flags?: NoInfer<Partial<F>>;
  /** Whether asking for a flag that was not given throws, as silence is the bug in a test. Default true. */
  readonly strict?: boolean;
  readonly children?: ReactNode;
}

/** Gives components under test these values, with no service, no sockets and no timers. */
export function TestFlagsProvider<F extends object = RegisteredFlags>({
  flags = {},
  strict = true,
  children,
}: TestFlagsProviderProps<F>): ReactElement {
  const text = JSON.stringify(flags);
  const value = useMemo(() => {
    const values = JSON.parse(text);
    return providing(strict ? strictClient(values) : inertClient({ values }));
  }, [text, strict]);
  return createElement(sharedContext().Provider, { value }, children);
}

function strictClient(values: Record<string, Json>): BrowserClient {
  const client = inertClient({ values });
  const methods = READING.map((name) => {
    const value = (flag: string | { readonly key: string }, fallback?: unknown): unknown => {
      const key = typeof flag === 'object' ? flag.key : flag;
      if (!Object.hasOwn(values, key)) throw new Error(unknownFlag(key, Object.keys(values)));
      return (client[name] as (...asked: readonly unknown[]) => unknown)(flag, fallback);
    };
    return [name, { value }] as const;
  });
  return Object.create(client, Object.fromEntries(methods)) as BrowserClient;
}
