import { fireEvent, render } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { describe, expect, it } from 'vitest';

import { useFollow } from './useFollow';

function Links() {
  return (
    <a href="/there?q=1" onClick={useFollow()}>
      There
    </a>
  );
}

function show() {
  const router = createMemoryRouter([
    { path: '/', Component: Links },
    { path: '/there', element: <p>Here</p> },
  ]);
  return { ...render(<RouterProvider router={router} />), router };
}

describe('a plain link that is followed', () => {
  it('changes the page without loading it anew', async () => {
    const { getByRole, findByText, router } = show();
    expect(fireEvent.click(getByRole('link'))).toBe(false);
    await findByText('Here');
    expect(router.state.location.search).toBe('?q=1');
  });

  it('leaves clicks that open another tab to the browser', () => {
    const { getByRole, router } = show();
    const link = getByRole('link');
    for (const key of ['ctrlKey', 'metaKey', 'shiftKey', 'altKey']) {
      expect(fireEvent.click(link, { [key]: true }), key).toBe(true);
    }
    expect(router.state.location.pathname).toBe('/');
  });
});
