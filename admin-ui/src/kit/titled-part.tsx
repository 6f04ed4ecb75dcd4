import { Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A part of a page, found by its title by those who do not see it. */
export function TitledPart({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}
