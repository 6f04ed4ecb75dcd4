import type { IncidentView } from '@glidepath/server/api-types';
import { Badge } from '@mantine/core';

const COLOURS = { SEV1: 'red', SEV2: 'orange', SEV3: 'gray' } as const satisfies Record<
  IncidentView['severity'],
  string
>;

export function SeverityMark({ severity }: { readonly severity: IncidentView['severity'] }) {
  return (
    <Badge color={COLOURS[severity]} variant={severity === 'SEV1' ? 'filled' : 'light'}>
      {severity}
    </Badge>
  );
}
