import { Link } from '@tanstack/react-router';
import tabs from '../../kit/tabs.module.css';
import { lifecycleMessages as m } from './messages.ts';

/** The parts of the page, as links: each has an address of its own. */
export function CleanUpTabs() {
  return (
    <nav className={tabs.tabs} aria-label={m.sections}>
      <Link to="/cleanup" activeOptions={{ exact: true, includeSearch: false }} className={tabs.tab}>
        {m.tabs.flags}
      </Link>
      <Link to="/cleanup/digest" className={tabs.tab}>
        {m.tabs.digest}
      </Link>
    </nav>
  );
}
