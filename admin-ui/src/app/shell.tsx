import { useNavigate, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { IncidentBanner } from '../features/incidents/incident-banner.tsx';
import { EnvironmentBand } from '../kit/environment-chip.tsx';
import { rememberEnvironment } from '../lib/remembered-environment.ts';
import { type SessionEnvironment, useEnvironment } from '../lib/session.tsx';
import { AccountMenu } from './account-menu.tsx';
import { EnvironmentMenu } from './environment-menu.tsx';
import { shellMessages as m } from './messages.ts';
import { Navigation } from './navigation.tsx';
import { ProjectMenu } from './project-menu.tsx';
import classes from './shell.module.css';

/** What surrounds every page: the band of a critical environment, the header, the ways to other pages. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const environment = usePageEnvironment();
  const isCritical = environment?.critical ?? false;

  useEffect(() => {
    document.querySelector('link[rel="icon"]')?.setAttribute('href', isCritical ? '/icon-critical.svg' : '/icon.svg');
  }, [isCritical]);
  useEffect(() => {
    if (environment) rememberEnvironment(environment.key);
  }, [environment]);

  return (
    <div className={classes.shell}>
      <a href="#page" className={classes.skip}>
        {m.skip}
      </a>
      <header className={classes.top}>
        {environment && isCritical && <EnvironmentBand environment={environment} />}
        <div className={classes.header}>
          <Brand />
          {environment && <PageEnvironmentMenu environment={environment} />}
          <div className={classes.space} />
          <ProjectMenu />
          <AccountMenu />
        </div>
        <IncidentBanner />
      </header>
      <Navigation />
      <main id="page" className={classes.main}>
        {children}
      </main>
    </div>
  );
}

function Brand() {
  return (
    <span className={classes.brand}>
      <img src="/icon.svg" alt="" width={26} height={26} />
      <span className={classes.name}>Glidepath</span>
    </span>
  );
}

interface EnvironmentInAddress {
  readonly env?: string;
}

/** The environment that the address names: nothing else decides where a page writes. */
function usePageEnvironment(): SessionEnvironment | null {
  const key = useRouterState({
    select: (state) => {
      const match = state.matches.at(-1);
      const inPath = match?.params as EnvironmentInAddress | undefined;
      const inSearch = match?.search as EnvironmentInAddress | undefined;
      return inPath?.env ?? inSearch?.env;
    },
  });
  return useEnvironment(key);
}

function PageEnvironmentMenu({ environment }: { readonly environment: SessionEnvironment }) {
  const navigate = useNavigate();
  const isInPath = useRouterState({ select: (state) => 'env' in (state.matches.at(-1)?.params ?? {}) });
  return (
    <EnvironmentMenu
      environment={environment}
      onChoose={(env) =>
        void navigate(
          isInPath
            ? { to: '.', params: (params: object) => ({ ...params, env }) }
            : { to: '.', search: (search: object) => ({ ...search, env }) },
        )
      }
    />
  );
}
