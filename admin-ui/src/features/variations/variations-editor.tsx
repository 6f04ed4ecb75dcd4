import type { FlagWithEnvironments } from '@glidepath/server/api-types';
import { Alert, Button, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { EditFooter } from '../../kit/edit-footer.tsx';
import { useServices } from '../../lib/services.tsx';
import { useSession } from '../../lib/session.tsx';
import { variationMessages as m } from './messages.ts';
import { SchemaEditor } from './schema-editor.tsx';
import { usageOf } from './usage.ts';
import { VariationCard } from './variation-card.tsx';
import {
  type SharedDraft,
  type SharedProblem,
  type SharedReading,
  schemaTextOf,
  type VariationDraft,
} from './variation-draft.ts';
import classes from './variations.module.css';

export interface VariationsEditorProps {
  readonly flag: FlagWithEnvironments;
  readonly drafts: readonly VariationDraft[];
  readonly draft: SharedDraft;
  readonly reading: SharedReading;
  /** What the server would refuse. */
  readonly refused: readonly SharedProblem[];
  readonly isKept: boolean;
  /** Whether somebody else has saved meanwhile. */
  readonly hasConflict: boolean;
  readonly onChange: (draft: SharedDraft) => void;
  readonly onDiscard: () => void;
  readonly onReview: () => void;
}

export function VariationsEditor(props: VariationsEditorProps) {
  const { flag, drafts, draft, reading, refused, onChange } = props;
  const { may } = useSession();
  const { newId } = useServices();
  const isLocked = flag.archivedAt !== null;
  const disabled = !may('flag.edit') || isLocked;
  const isMigration = flag.purpose === 'migration';
  const isFixed = flag.type === 'boolean' || isMigration;
  const problems = [...(reading.kind === 'invalid' ? reading.problems : []), ...refused];
  const setVariations = (variations: readonly VariationDraft[]) => onChange({ ...draft, variations });

  function remove(variation: VariationDraft) {
    if (variation.isNew) setVariations(drafts.filter(({ id }) => id !== variation.id));
    else setVariations(drafts.map((other) => (other.id === variation.id ? { ...other, isRemoved: true } : other)));
  }

  function add() {
    const id = `new:${newId()}`;
    const text = flag.type === 'json' ? '{}' : '';
    setVariations([...drafts, { id, isNew: true, isRemoved: false, key: '', name: '', description: '', text }]);
  }

  return (
    <section className={classes.editor} aria-label={m.title}>
      <div className={classes.part}>
        <Text size="sm" c="dimmed">
          {m.lead}
        </Text>
        {disabled && !isLocked && <Alert color="gray">{m.mayNot}</Alert>}
        {isFixed && <Text size="sm">{isMigration ? m.migration : m.fixed}</Text>}
        <ul className={classes.cards}>
          {drafts.map((variation) => (
            <VariationCard
              key={variation.id}
              type={flag.type}
              variation={variation}
              usage={usageOf(flag, variation.key)}
              problems={problems.filter(({ at }) => typeof at === 'object' && at.variation === variation.id)}
              disabled={disabled}
              fixed={isFixed}
              onChange={(changed) => setVariations(drafts.map((other) => (other.id === changed.id ? changed : other)))}
              onRemove={() => remove(variation)}
            />
          ))}
        </ul>
        {!isFixed && (
          <Button variant="light" disabled={disabled} leftSection={<IconPlus size={16} aria-hidden />} onClick={add}>
            {m.add}
          </Button>
        )}
        {problems
          .filter(({ at }) => at === 'flag')
          .map(({ detail }) => (
            <Text key={detail} size="sm" c="red" role="alert">
              {detail}
            </Text>
          ))}
      </div>
      {flag.type === 'json' && (
        <SchemaEditor
          text={draft.schema ?? schemaTextOf(flag)}
          problems={problems.filter(({ at }) => at === 'schema')}
          disabled={disabled}
          onChange={(schema) => onChange({ ...draft, schema })}
        />
      )}
      <Footer {...props} />
    </section>
  );
}

function Footer({ reading, refused, isKept, hasConflict, onDiscard, onReview }: VariationsEditorProps) {
  const wrong = refused.length + (reading.kind === 'invalid' ? reading.problems.length : 0);
  const state = reading.kind === 'changed' ? m.unsaved(reading.instructions.length) : null;
  return (
    <EditFooter
      state={wrong > 0 ? m.invalid(wrong) : state}
      isWrong={wrong > 0}
      isSticky
      mayDiscard={isKept}
      mayReview={reading.kind === 'changed' && wrong === 0 && !hasConflict}
      review={m.review}
      onDiscard={onDiscard}
      onReview={onReview}
    />
  );
}
