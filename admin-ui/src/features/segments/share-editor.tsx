import { SegmentedControl, Text, TextInput } from '@mantine/core';
import { segmentMessages } from './messages.ts';
import { ALL, problemOfShare, type ShareDraft, TENTH } from './rules-draft.ts';
import classes from './rules-panel.module.css';

const m = segmentMessages.rules;

export interface ShareEditorProps {
  readonly serve: ShareDraft;
  /** Whether people are dealt by it already, so that another way of dealing moves them. */
  readonly isSaved: boolean;
  readonly disabled: boolean;
  readonly onChange: (serve: ShareDraft) => void;
}

/** How many of those who match a rule takes in, and who is dealt together. */
export function ShareEditor({ serve, isSaved, disabled, onChange }: ShareEditorProps) {
  const problem = problemOfShare(serve);
  return (
    <>
      <div className={classes.takes}>
        <Text span size="sm" fw={600}>
          {m.takes}
        </Text>
        <SegmentedControl
          size="sm"
          aria-label={m.takes}
          disabled={disabled}
          value={serve.kind}
          onChange={(kind) => onChange(kind === 'all' ? ALL : TENTH)}
          data={[
            { value: 'all', label: m.all },
            { value: 'share', label: m.share },
          ]}
        />
        {serve.kind === 'share' && (
          <TextInput
            className={classes.percentage}
            aria-label={m.percentage}
            inputMode="decimal"
            autoComplete="off"
            rightSection={<span aria-hidden="true">%</span>}
            disabled={disabled}
            value={serve.text}
            error={problem === 'percentage'}
            onChange={(event) => onChange({ ...serve, text: event.currentTarget.value })}
          />
        )}
      </div>
      {problem === 'percentage' && (
        <Text size="sm" c="red" mt={4}>
          {m.percentageWrong}
        </Text>
      )}
      {serve.kind === 'share' && (
        <Dealing serve={serve} problem={problem} isSaved={isSaved} disabled={disabled} onChange={onChange} />
      )}
    </>
  );
}

interface DealingProps extends Omit<ShareEditorProps, 'serve'> {
  readonly serve: Extract<ShareDraft, { kind: 'share' }>;
  readonly problem: ReturnType<typeof problemOfShare>;
}

function Dealing({ serve, problem, isSaved, disabled, onChange }: DealingProps) {
  const { by, salt } = serve;
  return (
    <details className={classes.advanced}>
      <summary>{m.advanced}</summary>
      {isSaved && (
        <Text size="sm" c="orange" mt={4}>
          {m.advancedWhy}
        </Text>
      )}
      <div className={classes.dealing}>
        <TextInput
          label={m.byKind}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          value={by.contextKind}
          error={problem === 'kind' && m.byMissing}
          onChange={(event) => onChange({ ...serve, by: { ...by, contextKind: event.currentTarget.value } })}
        />
        <TextInput
          label={m.byAttribute}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          value={by.attribute}
          error={problem === 'attribute' && m.byMissing}
          onChange={(event) => onChange({ ...serve, by: { ...by, attribute: event.currentTarget.value } })}
        />
        <TextInput
          label={m.salt}
          placeholder={m.saltHint}
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          value={salt}
          onChange={(event) => onChange({ ...serve, salt: event.currentTarget.value })}
        />
      </div>
    </details>
  );
}
