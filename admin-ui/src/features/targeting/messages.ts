const counts = new Intl.NumberFormat('en');
const listOf = new Intl.ListFormat('en', { type: 'conjunction' });

export const targetingMessages = {
  title: (environment: string) => `Targeting in ${environment}`,
  editing: (revision: number) => `editing v${revision}`,
  keptDraft: 'Your edits are kept in this tab until you save or discard them.',
  killed: (by: string) => `Killed by ${by}. What you change here takes effect after a restore.`,
  flagIs: 'The flag is',
  on: 'On',
  off: 'Off',
  ifOff: 'While off or killed, everyone gets',
  safe: 'safe',
  needs: {
    title: 'Needs',
    lead: 'Other flags that must serve one of these variations here; else everyone gets the safe variation.',
    none: 'Needs no other flag.',
    add: 'Add prerequisite',
    flag: (place: number) => `Flag of prerequisite ${place}`,
    flagPlaceholder: 'key of a flag',
    variations: (flag: string) => `Variations of ${flag} that satisfy it`,
    mustServe: 'must serve',
    unknown: (flag: string) => `There is no flag ${flag} in this project.`,
    itself: 'A flag cannot need itself.',
    choose: 'Choose at least one variation.',
    chooseFlag: 'Name the flag that is needed.',
    remove: (place: number) => `Remove prerequisite ${place}`,
  },
  byName: {
    title: 'By name',
    lead: 'Type a key and Enter, or paste thousands. Names win over rules and percentages.',
    keysOf: (kind: string, variation: string) => `Keys of kind ${kind} that get ${variation}`,
    placeholder: 'key, Enter',
    addKind: 'Another kind of context',
    addKindHint: 'Such as organization or device.',
    addKindAction: 'Add',
    kindWrong: 'Use letters, digits, dot, underscore or hyphen, such as organization.',
  },
  rules: {
    title: 'Rules',
    lead: 'Tried from top to bottom; the first one whose conditions all hold decides.',
    takenBy: (places: readonly number[]) =>
      places.length === 1
        ? `Never reached: rule ${places.join('')} already serves all of it`
        : `Never reached: rules ${listOf.format(places.map(String))} already serve all of it together`,
    impossible: 'Never reached: nobody can match all of its conditions',
    why: 'Why?',
    advice: 'This is advice only: it can be saved all the same.',
  },
  everyone: {
    title: 'Everyone else',
    lead: 'Whom no name and no rule has caught.',
    name: 'everyone else',
  },
  serve: {
    how: (whom: string) => `How ${whom} is served`,
    one: 'One variation',
    split: 'Percentages',
    variation: (whom: string) => `Variation for ${whom}`,
    percentages: 'The percentages must sum to 100 %.',
    advanced: 'Advanced',
    dealtBy: (by: string, salt: string | null) => (salt === null ? `split by ${by}` : `split by ${by}, own salt`),
    kind: 'Kind of context',
    kindWrong: 'Use letters, digits, dot, underscore or hyphen, such as user.',
    attribute: 'Attribute to split by',
    attributeHint: 'Who has the same value gets the same variation. “key” is who they are.',
    attributeMissing: 'Name the attribute to split by.',
    salt: 'Salt',
    saltHint: 'The salt of the flag if empty. Splits with the same salt deal people in the same way.',
    saltEmpty: 'The salt is empty. Give a text, or leave it out.',
    reshuffles:
      'This deals everybody anew: people who are in one variation now may get another one, at any percentage.',
  },
  unsaved: (count: number) => (count === 1 ? '1 unsaved change' : `${counts.format(count)} unsaved changes`),
  invalid: (count: number) =>
    count === 1 ? 'One thing to mend before the review' : `${counts.format(count)} things to mend before the review`,
  refused: (count: number) =>
    count === 1 ? 'The server refuses one thing' : `The server refuses ${counts.format(count)} things`,
  review: (environment: string) => `Review → ${environment}`,
  save: (environment: string) => `Save to ${environment}`,
  saveFailed: 'The change was not saved',
  saved: (revision: number) => `Saved v${revision}`,
  mayNot: 'Your role may read but not change this. An administrator can give you the editor role.',
  mayToggle: 'Your role may turn the flag on and off; an editor changes the rest.',
  offer: {
    title: 'You have edits here that were never saved',
    lead: (revision: number) => `They were made on v${revision}, and are still in this browser.`,
    take: 'Continue with them',
    drop: 'Forget them',
  },
  conflictWhy:
    'Nothing of yours is lost. Look at their change, then decide: rules that only they changed stay as they made them.',
} as const;
