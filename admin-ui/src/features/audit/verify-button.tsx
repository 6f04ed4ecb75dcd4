import type { AuditVerdictView } from '@glidepath/server/api-types';
import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ErrorNotice } from '../../kit/error-notice.tsx';
import { useServices } from '../../lib/services.tsx';
import { auditMessages as m } from './messages.ts';

/** Walks the whole chain on the server and says whether anything in it was altered. */
export function VerifyIntegrity() {
  const { api } = useServices();
  const verify = useMutation({ mutationFn: () => api.get<AuditVerdictView>('/api/v1/audit/verify') });
  return (
    <>
      <Button variant="default" disabled={verify.isPending} onClick={() => verify.mutate()}>
        {verify.isPending ? m.verifying : m.verify}
      </Button>
      {verify.isError && <ErrorNotice failed={m.verifyFailed} error={verify.error} />}
      {verify.data && <Verdict verdict={verify.data} />}
    </>
  );
}

function Verdict({ verdict }: { readonly verdict: AuditVerdictView }) {
  return verdict.state === 'intact' ? (
    <Alert color="green" p="xs" role="status">
      {m.intact(verdict.seq, verdict.hash)}
    </Alert>
  ) : (
    <Alert color="red" p="xs" role="alert">
      {m.broken(verdict.seq, verdict.because)}
    </Alert>
  );
}
