import type { ReactNode } from 'react';
import { TitledPart } from '../../kit/titled-part.tsx';
import classes from './now.module.css';

export interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Panel({ title, children }: PanelProps) {
  return (
    <div className={classes.panel}>
      <TitledPart title={title}>{children}</TitledPart>
    </div>
  );
}
