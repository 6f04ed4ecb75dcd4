import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, test } from 'vitest';
import { Dialog } from './dialog.tsx';
import { KitProvider } from './kit-provider.tsx';

afterEach(cleanup);

function Page() {
  const [isOpen, setOpen] = useState(false);
  return (
    <KitProvider still>
      <button type="button" onClick={() => setOpen(true)}>
        Edit…
      </button>
      {isOpen && (
        <Dialog opened onClose={() => setOpen(false)} title="Edit">
          <input aria-label="Name" />
        </Dialog>
      )}
    </KitProvider>
  );
}

test('who leaves a dialog is back where it was opened, though it is there only while it is open', async () => {
  render(<Page />);
  const opener = screen.getByRole('button', { name: 'Edit…' });
  opener.focus();
  fireEvent.click(opener);
  const field = await screen.findByLabelText('Name');
  field.focus();
  expect(document.activeElement).toBe(field);
  fireEvent.keyDown(field, { key: 'Escape' });
  expect(screen.queryByLabelText('Name')).toBeNull();
  expect(document.activeElement).toBe(opener);
});
