export const shellMessages = {
  skip: 'Skip to the page',
  nav: {
    label: 'Pages',
    switches: 'Switches',
    flags: 'Flags',
    segments: 'Segments',
    connections: 'Connections',
    audit: 'Audit',
    settings: 'Settings',
  },
  environment: {
    switch: (name: string) => `Environment: ${name}. Change it`,
    ask: 'Which environment?',
    askWhy: 'This page changes or shows one environment. None is chosen for you.',
  },
  project: (name: string) => `Project: ${name}. Change it`,
  account: {
    menu: (name: string) => `${name}: account and appearance`,
    appearance: 'Appearance',
    light: 'Light',
    dark: 'Dark',
    system: 'As the system',
    chosen: 'chosen',
    signOut: 'Sign out',
  },
  notFound: { title: 'There is no such page', home: 'Go to the flags' },
  broken: 'This page could not be shown',
} as const;
