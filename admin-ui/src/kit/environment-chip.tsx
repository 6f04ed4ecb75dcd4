import { IconShieldFilled } from '@tabler/icons-react';
import classes from './environment-chip.module.css';
import { kitMessages as m } from './messages.ts';

export interface EnvironmentIdentity {
  readonly key: string;
  readonly name: string;
  readonly critical: boolean;
}

/** How an environment is called in buttons, titles and bands: critical ones in capitals. */
export function environmentWord(environment: EnvironmentIdentity): string {
  return environment.critical ? environment.name.toUpperCase() : environment.name;
}

/** The environment's name; a critical one is filled and carries a shield. */
export function EnvironmentChip({ environment }: { readonly environment: EnvironmentIdentity }) {
  return (
    <span className={classes.chip} data-critical={environment.critical}>
      {environment.critical && <IconShieldFilled size={14} aria-label={m.environment.critical} role="img" />}
      {environmentWord(environment)}
    </span>
  );
}

/** The hatched band above pages of a critical environment: a pattern and a word, whatever the colour. */
export function EnvironmentBand({ environment }: { readonly environment: EnvironmentIdentity }) {
  return (
    <div className={classes.band}>
      <span className={classes.word}>{environmentWord(environment)}</span>
    </div>
  );
}
