/** System colours follow the reader's choice of light or dark; nothing of the page's own style reaches into the panel. */
export const STYLE = `
:host { all: initial; position: fixed; bottom: 12px; z-index: 2147483000; font: 13px/1.4 system-ui, sans-serif; color-scheme: light dark }
:host([hidden]) { display: none }
* { box-sizing: border-box }
section { background: Canvas; color: CanvasText; border: 1px solid GrayText; border-radius: 8px; width: min(960px, calc(100vw - 24px)); max-height: min(70vh, 640px); display: flex; flex-direction: column; box-shadow: 0 4px 24px #0004 }
section.folded { width: auto }
header, footer { display: flex; flex-wrap: wrap; gap: 4px 8px; align-items: center; padding: 8px 12px }
h2 { font: inherit; font-weight: 600; margin: 0 }
header p { margin: 0 auto 0 0 }
.scrolled { overflow: auto; padding: 0 12px; border-block: 1px solid GrayText }
table { border-collapse: collapse; width: 100% }
th, td { text-align: start; padding: 4px 8px 4px 0; vertical-align: top }
tbody th, td[data-name=Value], td[data-name=Reason] { overflow-wrap: anywhere; min-width: 12ch }
thead th { font-weight: 400 }
tbody th, ol, td[data-name=Value] { font-family: ui-monospace, monospace }
tbody tr { border-top: 1px solid color-mix(in srgb, GrayText 40%, Canvas) }
tr.on th::before { content: '\\25CF  ' }
input, select, button, textarea { font: inherit; min-height: 26px; max-width: 100% }
input, textarea { width: 100% }
::placeholder { color: inherit; opacity: 0.75 }
textarea { min-height: 80px }
:focus-visible { outline: 2px solid Highlight; outline-offset: 1px }
summary { padding: 6px 0; cursor: pointer }
ol { margin: 0 0 8px; padding: 0; list-style: none }
[role=status]:empty { display: none }
@media (max-width: 640px) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden }
  table, tbody, tr, tbody th, td { display: block; padding: 0 }
  tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: 2px 12px; padding: 8px 0 }
  tbody th, td[data-name=Value], td[data-name=Override] { grid-column: 1 / -1 }
  td:empty { display: none }
  td::before { content: attr(data-name) ': '; font-family: system-ui, sans-serif }
}`;
