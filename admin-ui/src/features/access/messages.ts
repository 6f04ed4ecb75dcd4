export const accessMessages = {
  signIn: {
    title: 'Sign in to Glidepath',
    email: 'Email',
    password: 'Password',
    submit: 'Sign in',
    sending: 'Signing in…',
    failed: 'Could not sign in',
    firstStart:
      'First start? Open the set-up link that the server printed when it started; it makes the first administrator.',
    again: 'Your session has ended',
    againWhy: 'Sign in to go on. What you were doing is kept and will be finished.',
    leave: 'Leave',
  },
  setUp: {
    title: 'Set up Glidepath',
    lead: 'You become its first administrator.',
    name: 'Your name',
    email: 'Email',
    password: 'Password',
    passwordHint: 'At least 12 characters. A few unusual words are easy to remember.',
    submit: 'Create administrator',
    sending: 'Creating…',
    failed: 'Could not set up',
    noToken: 'This link is incomplete: it must end with # and the token that the server printed. Copy all of it.',
    nameMissing: 'Say how others should see you.',
    emailWrong: 'Give an address such as ana@example.com.',
    passwordShort: 'Too short: at least 12 characters.',
  },
  session: {
    failed: 'The admin pages could not start',
    noProject: (key: string) =>
      key === ''
        ? 'You have no role in any project yet. An administrator can give you one.'
        : `There is no project ${key}, or you have no role in it.`,
  },
} as const;
