import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { EnvironmentChip, environmentWord } from '../kit/environment-chip.tsx';
import { type SessionEnvironment, useSession } from '../lib/session.tsx';
import { shellMessages as m } from './messages.ts';
import classes from './shell.module.css';

export interface EnvironmentMenuProps {
  readonly environment: SessionEnvironment;
  readonly onChoose: (key: string) => void;
}

export function EnvironmentMenu({ environment, onChoose }: EnvironmentMenuProps) {
  const { environments } = useSession();
  return (
    <Menu position="bottom-start" width={240} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <UnstyledButton className={classes.picker} aria-label={m.environment.switch(environmentWord(environment))}>
          <EnvironmentChip environment={environment} />
          <IconChevronDown size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {environments.map((candidate) => (
          <Menu.Item
            key={candidate.key}
            onClick={() => onChoose(candidate.key)}
            disabled={candidate.key === environment.key}
          >
            <EnvironmentChip environment={candidate} />
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
