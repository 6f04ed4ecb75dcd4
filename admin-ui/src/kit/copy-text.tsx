import { Button, type ButtonProps, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { kitMessages as m } from './messages.ts';

export interface CopyTextProps extends Pick<ButtonProps, 'size' | 'variant'> {
  readonly label: string;
  readonly text: string;
  readonly icon?: ReactNode;
  /** Where the label alone does not say of what. */
  readonly name?: string;
}

/** Copies a text, and says that it did. */
export function CopyText({ label, text, icon, name = label, size = 'xs', variant = 'default' }: CopyTextProps) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Button
          size={size}
          variant={variant}
          aria-label={copied ? m.copied : name}
          leftSection={copied ? <IconCheck size={16} aria-hidden /> : (icon ?? <IconCopy size={16} aria-hidden />)}
          onClick={copy}
        >
          {copied ? m.copied : label}
        </Button>
      )}
    </CopyButton>
  );
}
