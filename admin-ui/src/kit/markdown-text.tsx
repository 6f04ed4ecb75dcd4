import { createElement, useMemo } from 'react';
import { type Block, type Inline, parseMarkdown } from './markdown.ts';
import classes from './markdown-text.module.css';

/** A text that people wrote in Markdown. Nothing in it becomes markup of its own: links lead to http and https only. */
export function MarkdownText({ text }: { readonly text: string }) {
  const blocks = useMemo(() => parseMarkdown(text), [text]);
  return (
    <div className={classes.text}>
      {blocks.map((block, index) => (
        <BlockText key={index} block={block} />
      ))}
    </div>
  );
}

function BlockText({ block }: { readonly block: Block }) {
  switch (block.kind) {
    case 'heading':
      // The page and its part have the first two levels.
      return createElement(`h${block.level + 2}`, { className: classes.heading }, <Inlines inlines={block.inlines} />);
    case 'code':
      return <pre className={classes.code}>{block.text}</pre>;
    case 'list':
      return createElement(
        block.isOrdered ? 'ol' : 'ul',
        null,
        block.items.map((item, index) => (
          <li key={index}>
            <Inlines inlines={item} />
          </li>
        )),
      );
    case 'paragraph':
      return (
        <p>
          <Inlines inlines={block.inlines} />
        </p>
      );
  }
}

function Inlines({ inlines }: { readonly inlines: readonly Inline[] }) {
  return inlines.map((inline, index) => <InlineText key={index} inline={inline} />);
}

function InlineText({ inline }: { readonly inline: Inline }) {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return <strong>{inline.text}</strong>;
    case 'link':
      return (
        <a href={inline.href} target="_blank" rel="noreferrer">
          {inline.text}
        </a>
      );
  }
}
