import { absoluteTime, dayWords } from '../../lib/time.ts';
import classes from './lifecycle.module.css';

/** The day of a moment, as evidence is quoted with. */
export function Day({ at }: { readonly at: string }) {
  const moment = Date.parse(at);
  return (
    <time className={classes.day} dateTime={at} title={absoluteTime(moment)}>
      {dayWords(moment)}
    </time>
  );
}
