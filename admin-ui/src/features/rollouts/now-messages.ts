export const nowMessages = {
  verbs: { approve: 'Approve', begin: 'Begin', check: 'Check', decide: 'Decide' },
  step: (percent: number, next: string) => `${percent} % → ${next}`,
  gates: (passing: number, all: number) => `gates ${passing}/${all} pass`,
  failed: 'The rollouts could not be loaded',
} as const;
