import { Link } from '@tanstack/react-router';
import tabs from '../../kit/tabs.module.css';
import { rememberedEnvironment } from '../../lib/remembered-environment.ts';
import { settingsMessages as m } from './messages.ts';

/** The parts of the settings, as links: each has an address of its own. */
export function SettingsTabs() {
  const env = rememberedEnvironment();
  return (
    <nav className={tabs.tabs} aria-label={m.sections}>
      <Link
        to="/settings/keys"
        search={env === undefined ? {} : { env }}
        activeOptions={{ includeSearch: false }}
        className={tabs.tab}
      >
        {m.keys.title}
      </Link>
      <Link to="/settings/members" className={tabs.tab}>
        {m.members.title}
      </Link>
      <Link to="/settings/tokens" className={tabs.tab}>
        {m.tokens.title}
      </Link>
      <Link to="/settings/plans" className={tabs.tab}>
        {m.plans}
      </Link>
      <Link to="/settings/channels" className={tabs.tab}>
        {m.channels}
      </Link>
    </nav>
  );
}
