import { type MantineColorScheme, Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconBrandSlack, IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useServices } from '../lib/services.tsx';
import { useSession } from '../lib/session.tsx';
import { shellMessages } from './messages.ts';
import classes from './shell.module.css';

const m = shellMessages.account;

const SCHEMES = [
  { scheme: 'light', label: m.light, Icon: IconSun },
  { scheme: 'dark', label: m.dark, Icon: IconMoon },
  { scheme: 'auto', label: m.system, Icon: IconDeviceDesktop },
] as const satisfies readonly { scheme: MantineColorScheme; label: string; Icon: typeof IconSun }[];

export function AccountMenu() {
  const { api } = useServices();
  const { member } = useSession().session;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: () => api.remove('/api/v1/session'),
    onSuccess: () => queries.resetQueries(),
  });
  return (
    <Menu position="bottom-end" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={m.menu(member.name)}>
          {initialsOf(member.name)}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{member.email}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>{m.appearance}</Menu.Label>
        {SCHEMES.map(({ scheme, label, Icon }) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon size={18} aria-hidden />}
            rightSection={scheme === colorScheme ? <IconCheck size={16} role="img" aria-label={m.chosen} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconBrandSlack size={18} aria-hidden />}
          onClick={() => void navigate({ to: '/link-slack' })}
        >
          {m.slack}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={18} aria-hidden />} onClick={() => signOut.mutate()}>
          {m.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0]];
  return letters.map((word) => word?.charAt(0).toUpperCase() ?? '').join('') || '?';
}
