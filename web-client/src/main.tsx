/** Starts the web client. */
import '@mantine/core/styles.css';
import './theme/global.css';

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createBrowserRouter } from 'react-router';

import { createApi } from './api/api';
import { App } from './App';
import { startI18n } from './i18n/i18n';
import { firstLanguage } from './i18n/languages';
import { routesWith } from './routes';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element #root');

const api = createApi();
const i18n = await startI18n(firstLanguage());

createRoot(root).render(
  <StrictMode>
    <App api={api} i18n={i18n} router={createBrowserRouter(routesWith(i18n))} />
  </StrictMode>,
);
