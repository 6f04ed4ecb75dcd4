import { NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import classes from '../features/audit/audit-log.module.css';
import { AuditLog } from '../features/audit/audit-log.tsx';
import { auditMessages as m } from '../features/audit/messages.ts';
import { VerifyIntegrity } from '../features/audit/verify-button.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { Page } from '../kit/page.tsx';
import { useSession } from '../lib/session.tsx';

const route = getRouteApi('/audit');
const TYPING_PAUSE_MS = 300;

/** The audit log, filtered by what its address says. */
export function AuditPage() {
  const { ignored: _ignored, ...filters } = route.useSearch();
  const navigate = route.useNavigate();
  const { environments } = useSession();
  const byFlag = useDebouncedCallback(
    (flag: string) => void navigate({ search: (search) => ({ ...search, flag }), replace: true }),
    TYPING_PAUSE_MS,
  );
  return (
    <Page wide name={m.title} title={m.title} aside={<VerifyIntegrity />}>
      <div className={classes.filters}>
        <TextInput
          label={m.filters.flag}
          type="search"
          defaultValue={filters.flag ?? ''}
          onChange={(event) => byFlag(event.currentTarget.value)}
        />
        <NativeSelect
          label={m.filters.environment}
          value={filters.environment ?? ''}
          data={[
            { value: '', label: m.filters.any },
            ...environments.map((environment) => ({ value: environment.key, label: environmentWord(environment) })),
          ]}
          onChange={(event) => {
            const environment = event.currentTarget.value;
            void navigate({ search: (search) => ({ ...search, environment }) });
          }}
        />
      </div>
      <AuditLog filters={filters} />
    </Page>
  );
}
