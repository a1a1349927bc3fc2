/**
 * The clipboard. Browsers give pages without TLS none unless they are on the same machine; there the old way is left: to select a text
 * and have it copied as if by the keyboard.
 */

/** True when the text is in the clipboard. `beside` is in the same dialog: one that keeps the focus would take the selection away. */
export async function copyText(text: string, beside: HTMLElement): Promise<boolean> {
  if ('clipboard' in navigator) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the person or by a policy: the old way may still be open.
    }
  }
  return copySelected(text, beside);
}

function copySelected(text: string, beside: HTMLElement): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.readOnly = true;
  field.style.cssText = 'position: fixed; opacity: 0; font-size: 16px';
  beside.after(field);
  try {
    field.focus({ preventScroll: true });
    field.select();
    return copyCommand();
  } finally {
    field.remove();
    beside.focus();
  }
}

/** Deprecated, and without a successor that works there. */
function copyCommand(): boolean {
  const { execCommand } = document as { execCommand?: (command: string) => boolean };
  return execCommand?.call(document, 'copy') ?? false;
}
