import { Button, Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useSession } from '../lib/session.tsx';
import { shellMessages as m } from './messages.ts';

/** Only there when there is more than one project. Another project is another address: the page is loaded anew. */
export function ProjectMenu() {
  const { session, project } = useSession();
  const present = session.projects.find((candidate) => candidate.key === project);
  if (session.projects.length < 2 || !present) return null;
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          rightSection={<IconChevronDown size={16} aria-hidden />}
          aria-label={m.project(present.name)}
        >
          {present.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {session.projects.map((candidate) => (
          <Menu.Item key={candidate.key} component="a" href={`/p/${encodeURIComponent(candidate.key)}/flags`}>
            {candidate.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
