import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json, jsonParseLinter } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter } from '@codemirror/lint';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useMantineStyleNonce } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';

export interface JsonEditorProps {
  readonly label: string;
  readonly value: string;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** An editor of JSON with line numbers, colours and the place of a mistake. Tab leaves it, as it leaves every field. */
export function JsonEditor({ label, value, disabled, onChange }: JsonEditorProps) {
  const nonce = useMantineStyleNonce()?.() ?? '';
  const place = useRef<HTMLDivElement>(null);
  const change = useRef(onChange);
  const [access] = useState(() => new Compartment());
  const view = useRef<EditorView | null>(null);
  useEffect(() => {
    change.current = onChange;
  }, [onChange]);

  // The editor is made once; what changes later is told to it below
  useEffect(() => {
    if (place.current === null) return;
    const made = new EditorView({
      doc: value,
      parent: place.current,
      extensions: [
        EDITING,
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of({ 'aria-label': label, role: 'textbox', 'aria-multiline': 'true' }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) change.current(update.state.doc.toString());
        }),
        access.of(accessOf(disabled)),
      ],
    });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: access.reconfigure(accessOf(disabled)) });
  }, [access, disabled]);

  useEffect(() => {
    const shown = view.current?.state.doc;
    if (shown === undefined || shown.toString() === value) return;
    view.current?.dispatch({ changes: { from: 0, to: shown.length, insert: value } });
  }, [value]);

  return <div ref={place} />;
}

function accessOf(disabled: boolean): Extension {
  return [EditorState.readOnly.of(disabled), EditorView.editable.of(!disabled)];
}

const COLOURS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--mantine-color-indigo-text)' },
  { tag: tags.string, color: 'var(--mantine-color-green-text)' },
  { tag: tags.number, color: 'var(--mantine-color-orange-text)' },
  { tag: [tags.bool, tags.null], color: 'var(--mantine-color-grape-text)' },
]);

const LOOKS = EditorView.theme({
  '&': {
    border: '1px solid var(--gp-line-strong)',
    borderRadius: 'var(--mantine-radius-md)',
    backgroundColor: 'var(--mantine-color-body)',
    fontSize: '13.5px',
    overflow: 'hidden',
  },
  '&.cm-focused': { outline: '2px solid var(--mantine-color-indigo-outline)', outlineOffset: '-1px' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', maxHeight: '420px', minHeight: '96px' },
  '.cm-content': { color: 'var(--mantine-color-text)', caretColor: 'var(--mantine-color-text)' },
  '.cm-gutters': {
    backgroundColor: 'var(--gp-canvas)',
    color: 'var(--mantine-color-dimmed)',
    borderRight: '1px solid var(--gp-line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--gp-hover) 60%, transparent)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--gp-surface)',
    color: 'var(--mantine-color-text)',
    border: '1px solid var(--gp-line-strong)',
  },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--mantine-color-indigo-light)' },
});

const EDITING: Extension = [
  lineNumbers(),
  history(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  json(),
  syntaxHighlighting(COLOURS),
  linter(jsonParseLinter()),
  lintGutter(),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap, ...historyKeymap]),
  LOOKS,
];
