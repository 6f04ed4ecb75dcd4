import { getRouteApi } from '@tanstack/react-router';
import { ApiTokens } from '../features/settings/api-tokens.tsx';
import { EnvironmentSwitch } from '../features/settings/environment-switch.tsx';
import { Members } from '../features/settings/members.tsx';
import { settingsMessages as m } from '../features/settings/messages.ts';
import { SdkKeys } from '../features/settings/sdk-keys.tsx';
import { environmentWord } from '../kit/environment-chip.tsx';
import { useEnvironment } from '../lib/session.tsx';
import { ChooseEnvironment } from './choose-environment.tsx';
import { SettingsFrame } from './settings-frame.tsx';

const keys = getRouteApi('/settings/keys');

export function KeysPage() {
  const { env } = keys.useSearch();
  const navigate = keys.useNavigate();
  const environment = useEnvironment(env);
  if (!environment) return <ChooseEnvironment onChoose={(chosen) => void navigate({ search: { env: chosen } })} />;
  const word = environmentWord(environment);
  return (
    <SettingsFrame part={m.keys.titleIn(word)} critical={environment.critical}>
      <SdkKeys key={env} environment={environment.key} />
      <EnvironmentSwitch key={`secure ${env}`} environment={environment.key} setting="secureMode" />
      <EnvironmentSwitch key={`reasons ${env}`} environment={environment.key} setting="reasonsInBrowsers" />
    </SettingsFrame>
  );
}

export function MembersPage() {
  return (
    <SettingsFrame part={m.members.title}>
      <Members />
    </SettingsFrame>
  );
}

export function TokensPage() {
  return (
    <SettingsFrame part={m.tokens.title}>
      <ApiTokens />
    </SettingsFrame>
  );
}
