// Runs before the first paint and before any other script: an external file, because the policy refuses inline ones.
(() => {
  const root = document.documentElement;
  let chosen = 'auto';
  try {
    chosen = localStorage.getItem('glidepath-color-scheme') ?? 'auto';
  } catch {
    // Storage is refused: follow the system.
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const scheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';
  root.setAttribute('data-mantine-color-scheme', scheme);

  // The only policy for strings that become HTML: markup is never among them, style sheets are.
  globalThis.trustedTypes?.createPolicy('default', {
    createHTML: (text) => (text.includes('<') ? null : text),
  });

  // Read by the libraries that add style elements at run time.
  globalThis.__webpack_nonce__ = document.querySelector('meta[name="style-nonce"]')?.content;
})();
