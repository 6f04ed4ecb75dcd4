import { flags } from '../client.ts';
import { log } from '../trace.ts';
import { ann } from '../user.ts';

type State = 'hide' | 'show' | 'fade-out';
const onLayer = (options: { readonly isOpen: boolean; readonly isEnabled: boolean; onClose?(): void }) => log('layer', options);
const onEscape = (options: { readonly isDisabled: boolean }) => log('escape', options);

function tooltip(state: State): void {
  onLayer({
    // Open where all of it is shown.
    isOpen: state === 'show',
    isEnabled: !flags.variation('new-checkout', ann, false),
    /** Nothing closes it from here. */
  });
  onEscape({
    isDisabled: state === 'hide' || state === 'fade-out' || flags.variation('new-checkout', ann, false)
  });
}

export const scenario = (): void => (['hide', 'show'] as const).forEach(tooltip);
