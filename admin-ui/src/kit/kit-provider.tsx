import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import type { ReactNode } from 'react';
import { resolveVariables, theme } from './theme.ts';

/** The key that `boot.js` reads before the first paint. */
const colourSchemes = localStorageColorSchemeManager({ key: 'glidepath-color-scheme' });

export interface KitProviderProps {
  readonly children: ReactNode;
  /** Allowed to add style elements; given by the server with each page. */
  readonly styleNonce?: string;
  /** No transitions: what is asked for is there at once. */
  readonly still?: boolean;
}

export function KitProvider({ children, styleNonce = '', still = false }: KitProviderProps) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      colorSchemeManager={colourSchemes}
      getStyleNonce={() => styleNonce}
      env={still ? 'test' : 'default'}
    >
      {children}
    </MantineProvider>
  );
}
