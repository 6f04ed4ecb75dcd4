import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { CreateSegment } from '../features/segments/create-segment.tsx';
import { segmentMessages as m } from '../features/segments/messages.ts';
import { SegmentList } from '../features/segments/segment-list.tsx';
import { Page } from '../kit/page.tsx';
import { SearchField } from '../kit/search-field.tsx';
import { useSession } from '../lib/session.tsx';

const route = getRouteApi('/segments');

/** The list of segments; what is searched for lives in the address. */
export function SegmentsPage() {
  const { q = '' } = route.useSearch();
  const navigate = route.useNavigate();
  const { may } = useSession();
  const [isCreating, setCreating] = useState(false);
  const mayCreate = may('segment.edit');
  return (
    <Page
      name={m.title}
      title={m.title}
      lead={m.lead}
      aside={
        <Button
          leftSection={<IconPlus size={18} aria-hidden />}
          disabled={!mayCreate}
          {...(mayCreate ? {} : { title: m.mayNot })}
          onClick={() => setCreating(true)}
        >
          {m.create.action}
        </Button>
      }
    >
      <SearchField
        hasHotkey
        maw={480}
        label={m.search}
        placeholder={m.searchHint}
        text={q}
        onSearch={(words) => void navigate({ search: { q: words }, replace: true })}
      />
      <SegmentList q={q} />
      <CreateSegment
        opened={isCreating}
        onClose={() => setCreating(false)}
        onCreated={(key) => void navigate({ to: '/segments/$key', params: { key } })}
      />
    </Page>
  );
}
