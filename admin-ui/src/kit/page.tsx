import { type ReactNode, useEffect, useRef } from 'react';
import classes from './page.module.css';

export interface PageProps {
  readonly title: ReactNode;
  /** For the tab and for screen readers. */
  readonly name: string;
  /** Beside the title. */
  readonly aside?: ReactNode;
  /** Under the title. */
  readonly lead?: ReactNode;
  readonly wide?: boolean;
  /** Marks the tab of a page that shows a critical environment. */
  readonly critical?: boolean;
  readonly children: ReactNode;
}

/** A page: its title takes the focus when the page is entered, so that screen readers say where they are. */
export function Page({ title, name, aside, lead, wide = false, critical = false, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What is inside the page has taken the focus already, such as a row that was come back to.
    const isTaken = heading.current?.closest('main')?.contains(document.activeElement) ?? false;
    if (!isTaken) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={classes.page} data-wide={wide}>
      <title>{`${critical ? '⛨ ' : ''}${name} · Glidepath`}</title>
      <div className={classes.head}>
        <h1 ref={heading} tabIndex={-1} className={classes.title}>
          {title}
        </h1>
        {aside && <div className={classes.aside}>{aside}</div>}
      </div>
      {lead && <div className={classes.lead}>{lead}</div>}
      {children}
    </div>
  );
}
