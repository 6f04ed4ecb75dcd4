import './app/styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod/mini';
import { App, createAppQueries } from './app/app.tsx';
import { basePathOf } from './app/location.ts';
import { createAppRouter } from './app/router.tsx';
import { createServices } from './lib/services.tsx';

// The content security policy refuses code made from strings, which zod would otherwise try.
z.config({ jitless: true });

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

createRoot(root).render(
  <StrictMode>
    <App
      services={createServices(window)}
      queries={createAppQueries()}
      router={createAppRouter(basePathOf(location.pathname))}
      styleNonce={document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? ''}
    />
  </StrictMode>,
);
