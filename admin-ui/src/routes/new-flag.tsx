import { getRouteApi } from '@tanstack/react-router';
import { CreateFlagForm } from '../features/flags/create-flag-form.tsx';
import { flagMessages as m } from '../features/flags/messages.ts';
import { Page } from '../kit/page.tsx';

const route = getRouteApi('/flags/new');

export function NewFlagPage() {
  const navigate = route.useNavigate();
  return (
    <Page name={m.form.title} title={m.form.title} lead={m.form.lead}>
      <CreateFlagForm
        onCreated={(key) => void navigate({ to: '/flags/$key', params: { key } })}
        onCancel={() => void navigate({ to: '/flags' })}
      />
    </Page>
  );
}
