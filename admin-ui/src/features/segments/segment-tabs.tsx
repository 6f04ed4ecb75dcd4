import { Link } from '@tanstack/react-router';
import tabs from '../../kit/tabs.module.css';
import { rememberedEnvironment } from '../../lib/remembered-environment.ts';
import { useSession } from '../../lib/session.tsx';
import { segmentMessages } from './messages.ts';

const m = segmentMessages.tabs;

/** The parts of a segment, as links: each has an address of its own. */
export function SegmentTabs({ segment }: { readonly segment: string }) {
  const { environments } = useSession();
  const env = rememberedEnvironment() ?? environments.find((environment) => !environment.critical)?.key;
  return (
    <nav className={tabs.tabs} aria-label={m.label}>
      <Link to="/segments/$key" params={{ key: segment }} activeOptions={{ exact: true }} className={tabs.tab}>
        {m.overview}
      </Link>
      {env === undefined ? null : (
        <Link to="/segments/$key/definition/$env" params={{ key: segment, env }} className={tabs.tab}>
          {m.definition}
        </Link>
      )}
      <Link
        to="/segments/$key/history"
        params={{ key: segment }}
        search={env === undefined ? {} : { env }}
        activeOptions={{ includeSearch: false }}
        className={tabs.tab}
      >
        {m.history}
      </Link>
    </nav>
  );
}
