import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { JsonEditorProps } from './json-editor.tsx';
import { kitMessages as m } from './messages.ts';

const JsonEditor = lazy(async () => ({ default: (await import('./json-editor.tsx')).JsonEditor }));

/** The editor of JSON, loaded when the first one is shown. */
export function LazyJsonEditor(props: JsonEditorProps) {
  return (
    <Suspense fallback={<Skeleton height={98} role="status" aria-label={m.loading} />}>
      <JsonEditor {...props} />
    </Suspense>
  );
}
