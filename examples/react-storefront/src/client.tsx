import './style.css';
import { StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './app.tsx';

/** What the server wrote into the page. */
const read = (id: string) => JSON.parse(document.getElementById(id)?.textContent ?? '{}');

hydrateRoot(
  document.getElementById('root') as HTMLElement,
  <StrictMode>
    <App bootstrap={read('glidepath-state')} options={read('glidepath-options')} />
  </StrictMode>,
);
