import { kitMessages } from './messages.ts';
import classes from './slack-message.module.css';
import { slackParts, type TextPart } from './slack-text.ts';

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

/** The blocks that our messages are made of. */
type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | {
      readonly type: 'section';
      readonly text?: SlackText;
      readonly fields?: readonly SlackText[];
      readonly accessory?: SlackElement;
    }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] }
  | { readonly type: 'actions'; readonly elements: readonly SlackElement[] }
  | { readonly type: 'divider' };

/** A button, or a menu of what may be chosen: of these options, or of everybody there. */
type SlackElement =
  | { readonly text: SlackText }
  | { readonly placeholder?: SlackText; readonly options: readonly { readonly text: SlackText }[] }
  | { readonly placeholder: SlackText };

/** Roughly as Slack draws it. Its buttons are only shown. `blocks`: of the server, which makes them of those above. */
export function SlackMessage({ blocks }: { readonly blocks: readonly unknown[] }) {
  return (
    <div className={classes.message}>
      {(blocks as readonly SlackBlock[]).map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { readonly block: SlackBlock }) {
  switch (block.type) {
    case 'header':
      return <p className={classes.header}>{block.text.text}</p>;
    case 'section':
      return (
        <>
          {block.text && (
            <p className={classes.text}>
              <Words text={block.text} />
            </p>
          )}
          {block.fields && (
            <div className={classes.fields}>
              {block.fields.map((field, index) => (
                <p key={index} className={classes.text}>
                  <Words text={field} />
                </p>
              ))}
            </div>
          )}
          {block.accessory && <Elements elements={[block.accessory]} />}
        </>
      );
    case 'context':
      return block.elements.map((element, index) => (
        <p key={index} className={classes.context}>
          <Words text={element} />
        </p>
      ));
    case 'actions':
      return <Elements elements={block.elements} />;
    case 'divider':
      return <hr className={classes.divider} />;
  }
}

function Elements({ elements }: { readonly elements: readonly SlackElement[] }) {
  return (
    <p className={classes.buttons}>
      {elements.flatMap(labelsOf).map((label, index) => (
        <span key={index} className={classes.button}>
          <span className="gp-visually-hidden">{kitMessages.slackButton} </span>
          {label}
        </span>
      ))}
    </p>
  );
}

function labelsOf(element: SlackElement): readonly string[] {
  if ('text' in element) return [element.text.text];
  return 'options' in element ? element.options.map(({ text }) => text.text) : [element.placeholder.text];
}

function Words({ text: { type, text } }: { readonly text: SlackText }) {
  if (type === 'plain_text') return text;
  return slackParts(text).map((part, index) => <Part key={index} part={part} />);
}

/** Links are told and not opened: what is shown here is not the message itself. */
function Part({ part: { kind, text } }: { readonly part: TextPart }) {
  switch (kind) {
    case 'bold':
      return <strong>{text}</strong>;
    case 'code':
      return <code>{text}</code>;
    case 'link':
      return <u>{text}</u>;
    case 'plain':
      return text;
  }
}
