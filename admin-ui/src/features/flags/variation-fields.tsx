import type { FlagType } from '@glidepath/core';
import { ActionIcon, Badge, Button, Fieldset, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { flagMessages } from './messages.ts';
import classes from './variation-fields.module.css';

const m = flagMessages.form;
const FEWEST = 2;

/** A variation while it is typed: its value is text until it is sent. */
export interface VariationDraft {
  readonly key: string;
  readonly value: string;
}

export interface VariationFieldsProps {
  readonly type: FlagType;
  readonly variations: readonly VariationDraft[];
  readonly errorOf: (index: number) => ReactNode;
  readonly onChange: (variations: readonly VariationDraft[]) => void;
}

export function VariationFields({ type, variations, errorOf, onChange }: VariationFieldsProps) {
  const replace = (index: number, change: Partial<VariationDraft>) =>
    onChange(variations.map((variation, at) => (at === index ? { ...variation, ...change } : variation)));
  const Value = type === 'json' ? Textarea : TextInput;
  return (
    <Fieldset legend={m.variations}>
      <Text size="sm" c="dimmed" mb="sm">
        {m.variationsHint}
      </Text>
      <Stack gap="sm">
        {variations.map((variation, index) => (
          <div key={index}>
            <div className={classes.variation}>
              <TextInput
                aria-label={m.variationKey(index + 1)}
                autoComplete="off"
                spellCheck={false}
                value={variation.key}
                onChange={(event) => replace(index, { key: event.currentTarget.value })}
              />
              <Value
                className={classes.value}
                aria-label={m.variationValue(index + 1)}
                autoComplete="off"
                spellCheck={false}
                value={variation.value}
                onChange={(event: { readonly currentTarget: { readonly value: string } }) =>
                  replace(index, { value: event.currentTarget.value })
                }
              />
              {index === variations.length - 1 && (
                <Badge variant="light" color="green" tt="none" mt={8}>
                  {m.safe}
                </Badge>
              )}
              <ActionIcon
                aria-label={m.removeVariation(index + 1)}
                disabled={variations.length <= FEWEST}
                onClick={() => onChange(variations.filter((_, at) => at !== index))}
              >
                <IconTrash size={18} aria-hidden />
              </ActionIcon>
            </div>
            {errorOf(index) && (
              <Text size="sm" c="red" role="alert">
                {errorOf(index)}
              </Text>
            )}
          </div>
        ))}
      </Stack>
      <Button
        mt="sm"
        variant="subtle"
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => onChange([{ key: '', value: '' }, ...variations])}
      >
        {m.addVariation}
      </Button>
    </Fieldset>
  );
}
