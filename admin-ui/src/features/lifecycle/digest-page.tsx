import { TitledPart } from '../../kit/titled-part.tsx';
import { DigestPreview } from './digest-preview.tsx';
import classes from './lifecycle.module.css';
import { lifecycleMessages } from './messages.ts';
import { LifecycleSettings } from './settings-form.tsx';

/** Who hears of stale flags and when, beside what they would hear. */
export function DigestAndReminders() {
  return (
    <div className={classes.columns}>
      <TitledPart title={lifecycleMessages.settings}>
        <LifecycleSettings />
      </TitledPart>
      <div className={classes.fields}>
        <DigestPreview />
      </div>
    </div>
  );
}
