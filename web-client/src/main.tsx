/** Starts the web client. */
import '@mantine/core/styles.css';
import './theme/global.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter, type DataRouter } from 'react-router';

import { ApiAccess } from './api/access';
import { App } from './App';
import { firstPageIsShown } from './frame/lazily';
import { startI18n } from './i18n/i18n';
import { firstLanguage } from './i18n/languages';
import { paths } from './paths';
import { isForEverybody, routesWith } from './routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

const access = new ApiAccess({
  create: async () => (await import('./api/layer')).createApi(),
  marks: localStorage,
});
sendStrangersToSignIn();
// Texts and page come at the same time. The splash of index.html stays until both are there: drawing something else in between costs a
// slow processor half a second.
const texts = startI18n(firstLanguage());
const router = createBrowserRouter(routesWith(texts, access));
const [i18n] = await Promise.all([texts, firstPageOf(router)]);

createRoot(root).render(
  <StrictMode>
    <App access={access} i18n={i18n} router={router} />
  </StrictMode>,
);
firstPageIsShown();

/** Before the router looks at the address: it would fetch pages that they may not see. */
function sendStrangersToSignIn(): void {
  const { pathname, search } = window.location;
  if (!access.isStranger() || isForEverybody(pathname)) return;
  window.history.replaceState(null, '', paths.signIn(pathname === '/' ? undefined : pathname + search));
}

/** Until it is loaded, or cannot be. */
function firstPageOf(router: DataRouter): Promise<void> {
  return new Promise((resolve) => {
    if (router.state.initialized) {
      resolve();
      return;
    }
    const unsubscribe = router.subscribe(({ initialized }) => {
      if (!initialized) return;
      unsubscribe();
      resolve();
    });
  });
}
