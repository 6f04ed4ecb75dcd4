import classes from './channels.module.css';
import { channelMessages } from './messages.ts';
import { slackParts } from './slack-text.ts';

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
}

/** The blocks that our messages are made of. */
type SlackBlock =
  | { readonly type: 'header'; readonly text: SlackText }
  | { readonly type: 'section'; readonly text?: SlackText; readonly fields?: readonly SlackText[] }
  | { readonly type: 'context'; readonly elements: readonly SlackText[] }
  | { readonly type: 'actions'; readonly elements: readonly { readonly text: SlackText }[] };

export interface SlackPayload {
  readonly blocks: readonly SlackBlock[];
}

/** Roughly as Slack draws it. Its buttons are only shown. */
export function SlackMessage({ payload }: { readonly payload: SlackPayload }) {
  return (
    <div className={classes.slack}>
      {payload.blocks.map((block, index) => (
        <Block key={index} block={block} />
      ))}
    </div>
  );
}

function Block({ block }: { readonly block: SlackBlock }) {
  switch (block.type) {
    case 'header':
      return <p className={classes.slackHeader}>{block.text.text}</p>;
    case 'section':
      return (
        <>
          {block.text && (
            <p className={classes.slackText}>
              <Words text={block.text} />
            </p>
          )}
          {block.fields && (
            <div className={classes.slackFields}>
              {block.fields.map((field, index) => (
                <p key={index} className={classes.slackText}>
                  <Words text={field} />
                </p>
              ))}
            </div>
          )}
        </>
      );
    case 'context':
      return block.elements.map((element, index) => (
        <p key={index} className={classes.slackContext}>
          <Words text={element} />
        </p>
      ));
    case 'actions':
      return (
        <p className={classes.slackButtons}>
          {block.elements.map(({ text }, index) => (
            <span key={index} className={classes.slackButton}>
              <span className="gp-visually-hidden">{channelMessages.preview.button} </span>
              {text.text}
            </span>
          ))}
        </p>
      );
  }
}

function Words({ text: { type, text } }: { readonly text: SlackText }) {
  if (type === 'plain_text') return text;
  return slackParts(text).map((part, index) =>
    part.isBold ? <strong key={index}>{part.text}</strong> : <span key={index}>{part.text}</span>,
  );
}
