import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/** One ink per hue: each is readable on the page's background, and white is readable on it. */
const INKS = {
  gray: { light: '#495057', dark: '#ced4da' },
  red: { light: '#b42318', dark: '#ff8787' },
  orange: { light: '#9a4a00', dark: '#ffb066' },
  yellow: { light: '#7a5b00', dark: '#ffd43b' },
  green: { light: '#1f6b32', dark: '#69db7c' },
  teal: { light: '#0b6b4f', dark: '#4fd1a5' },
  blue: { light: '#1456b8', dark: '#74b0ff' },
  indigo: { light: '#3b46c4', dark: '#a5adff' },
  grape: { light: '#862e9c', dark: '#e599f7' },
} as const;

export const theme = createTheme({
  primaryColor: 'indigo',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif",
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  headings: { fontWeight: '650' },
  components: {
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } }, styles: { title: { fontWeight: 650 } } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    ActionIcon: { defaultProps: { size: 'lg', variant: 'subtle', color: 'gray' } },
  },
});

function inkVariables(scheme: 'light' | 'dark'): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [hue, ink] of Object.entries(INKS)) {
    const name = `--mantine-color-${hue}`;
    variables[`${name}-filled`] = ink.light;
    variables[`${name}-filled-hover`] = `color-mix(in srgb, ${ink.light} 86%, black)`;
    variables[`${name}-text`] = ink[scheme];
    variables[`${name}-outline`] = ink[scheme];
    variables[`${name}-light-color`] = ink[scheme];
    variables[`${name}-light`] = `color-mix(in srgb, ${ink[scheme]} 9%, var(--mantine-color-body))`;
    variables[`${name}-light-hover`] = `color-mix(in srgb, ${ink[scheme]} 15%, var(--mantine-color-body))`;
    variables[`${name}-outline-hover`] = `color-mix(in srgb, ${ink[scheme]} 6%, transparent)`;
  }
  return variables;
}

/** Mantine's own colours miss the contrast of WCAG AA in both schemes; these pass. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...inkVariables('light'),
    '--mantine-color-dimmed': '#5c636a',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-anchor': '#3b46c4',
    '--mantine-color-error': '#b42318',
    '--gp-canvas': '#f6f7f9',
    '--gp-surface': '#ffffff',
    '--gp-line': '#dfe3e8',
    '--gp-line-strong': '#868e96',
    '--gp-hover': '#f1f3f7',
  },
  dark: {
    ...inkVariables('dark'),
    '--mantine-color-dimmed': '#a6a7ab',
    '--mantine-color-placeholder': '#909296',
    '--mantine-color-anchor': '#a5adff',
    '--mantine-color-error': '#ff8787',
    '--gp-canvas': '#141517',
    '--gp-surface': '#1d1e21',
    '--gp-line': '#34363b',
    '--gp-line-strong': '#75787d',
    '--gp-hover': '#26282c',
  },
});
