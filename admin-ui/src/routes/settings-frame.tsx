import type { ReactNode } from 'react';
import { settingsMessages as m } from '../features/settings/messages.ts';
import { SettingsTabs } from '../features/settings/settings-tabs.tsx';
import { Page } from '../kit/page.tsx';

export interface SettingsFrameProps {
  readonly part: string;
  readonly critical?: boolean;
  readonly children: ReactNode;
}

/** What surrounds every part of the settings. */
export function SettingsFrame({ part, critical = false, children }: SettingsFrameProps) {
  return (
    <Page name={`${part} · ${m.title}`} title={part} critical={critical}>
      <SettingsTabs />
      {children}
    </Page>
  );
}
