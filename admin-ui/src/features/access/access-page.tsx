import { Paper, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './access-page.module.css';

export interface AccessPageProps {
  readonly title: string;
  readonly lead?: string;
  readonly children: ReactNode;
}

/** The frame of what is seen before somebody is signed in. */
export function AccessPage({ title, lead, children }: AccessPageProps) {
  return (
    <main className={classes.page}>
      <title>{`${title} · Glidepath`}</title>
      <Paper className={classes.card} withBorder p="xl" radius="lg">
        <img src="/icon.svg" alt="" width={44} height={44} />
        <Title order={1} size="h2" mt="md">
          {title}
        </Title>
        {lead && (
          <Text c="dimmed" mt={4}>
            {lead}
          </Text>
        )}
        {children}
      </Paper>
    </main>
  );
}
