import { Link } from '@tanstack/react-router';
import tabs from '../../kit/tabs.module.css';
import { deployMessages as m } from './messages.ts';

/** The parts of the page, as links: each has an address of its own. */
export function DeployTabs() {
  return (
    <nav className={tabs.tabs} aria-label={m.sections}>
      <Link to="/deploys" activeOptions={{ exact: true, includeSearch: false }} className={tabs.tab}>
        {m.tabs.log}
      </Link>
      <Link to="/deploys/webhooks" className={tabs.tab}>
        {m.tabs.webhooks}
      </Link>
      <Link to="/deploys/policies" className={tabs.tab}>
        {m.tabs.policies}
      </Link>
    </nav>
  );
}
