import { Group } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './environment-card.module.css';
import { EnvironmentChip, type EnvironmentIdentity } from './environment-chip.tsx';

export function EnvironmentCards({ children }: { readonly children: ReactNode }) {
  return <div className={classes.cards}>{children}</div>;
}

export interface EnvironmentCardProps {
  readonly environment: EnvironmentIdentity;
  readonly label: string;
  /** Beside the name of the environment. */
  readonly head: ReactNode;
  readonly children: ReactNode;
}

/** What holds in one environment, beside those of the others. */
export function EnvironmentCard({ environment, label, head, children }: EnvironmentCardProps) {
  return (
    <article className={classes.card} aria-label={label}>
      <Group gap="sm" className={classes.head}>
        <EnvironmentChip environment={environment} />
        {head}
      </Group>
      {children}
    </article>
  );
}
