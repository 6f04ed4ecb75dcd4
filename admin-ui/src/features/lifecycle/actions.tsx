import type { LifecycleView } from '@glidepath/server/api-types';
import { IconTerminal2 } from '@tabler/icons-react';
import { CopyText } from '../../kit/copy-text.tsx';
import { LinkButton } from '../../kit/link-button.tsx';
import { criticalFirst, useSession } from '../../lib/session.tsx';
import { useNow } from '../../lib/use-now.ts';
import { actionMessages as m } from './action-messages.ts';
import { FlagChangeButton } from './flag-change-sheet.tsx';
import { KeepButton, ReleaseButton } from './keep-dialog.tsx';
import classes from './lifecycle.module.css';
import { NudgeButton } from './nudge-dialog.tsx';

/** What can be done about a stale flag: the next step stands first, and out. */
export function Actions({ view }: { readonly view: LifecycleView }) {
  const now = useNow();
  const isKept = view.keepUntil !== null && Date.parse(view.keepUntil) > now;
  const { action } = view.next;
  if (view.archivedAt !== null)
    return (
      <div className={classes.actions}>
        {view.removalCommand !== null && <CopyCommand view={view} isNext={action === 'remove-code'} />}
        <FlagChangeButton view={view} kind="unarchive" />
      </div>
    );
  return (
    <div className={classes.actions}>
      {action === 'archive' && <FlagChangeButton view={view} kind="archive" variant="filled" />}
      {action === 'settle' && <Settle flag={view.flag} />}
      {view.removalCommand !== null && <CopyCommand view={view} isNext={action === 'remove-code'} />}
      <NudgeButton view={view} />
      {isKept ? <ReleaseButton view={view} /> : <KeepButton view={view} />}
      {view.lifetimeDays !== null && <FlagChangeButton view={view} kind="permanent" />}
      {action !== 'archive' && <FlagChangeButton view={view} kind="archive" />}
    </div>
  );
}

interface CopyCommandProps {
  readonly view: LifecycleView;
  readonly isNext: boolean;
}

function CopyCommand({ view: { flag, removalCommand }, isNext }: CopyCommandProps) {
  return (
    <CopyText
      size="sm"
      variant={isNext ? 'filled' : 'default'}
      icon={<IconTerminal2 size={16} aria-hidden />}
      label={m.copyCommand}
      name={m.copyCommandOf(flag)}
      text={removalCommand ?? ''}
    />
  );
}

/** Where one variation is chosen for everyone. */
function Settle({ flag }: { readonly flag: string }) {
  const [environment] = criticalFirst(useSession().environments);
  if (environment === undefined) return null;
  return (
    <LinkButton size="sm" to="/flags/$key/targeting/$env" params={{ key: flag, env: environment.key }}>
      {m.settle}
    </LinkButton>
  );
}
