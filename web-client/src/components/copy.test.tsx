import { MantineProvider } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { render } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { I18nextProvider } from 'react-i18next';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { Toasts } from '@/frame/Toasts';
import { startI18n } from '@/i18n/i18n';

import { CopyButton } from './CopyButton';

async function show() {
  const i18n = await startI18n('en');
  // It brings a clipboard of its own, which a page without TLS does not have.
  const user = userEvent.setup();
  Reflect.deleteProperty(navigator, 'clipboard');
  const page = render(
    <I18nextProvider i18n={i18n}>
      <MantineProvider>
        <CopyButton value="a secret" label="Copy it" />
        <Toasts />
      </MantineProvider>
    </I18nextProvider>,
  );
  await user.click(page.getByRole('button', { name: 'Copy it' }));
  return page;
}

afterEach(() => {
  notifications.clean();
  Reflect.deleteProperty(document, 'execCommand');
});

describe('copying on a page without TLS', () => {
  it('selects the text and has it copied, and leaves the focus where it was', async () => {
    const selected: string[] = [];
    const execCommand = vi.fn(() => {
      const field = document.activeElement as HTMLTextAreaElement;
      selected.push(field.value.slice(field.selectionStart, field.selectionEnd));
      return true;
    });
    Object.assign(document, { execCommand });
    const { findByRole } = await show();
    expect(await findByRole('button', { name: 'Copied' })).toHaveFocus();
    expect(selected).toEqual(['a secret']);
    expect(document.querySelector('textarea')).toBeNull();
  });

  it('says how to do it by hand when that is refused, too', async () => {
    const { findByText } = await show();
    await findByText('The browser did not let us copy this');
  });
});
