import 'i18next';

import type { English } from './areas';

declare module 'i18next' {
  interface CustomTypeOptions {
    /** The areas are searched one after the other: to who writes a page all keys are of one kind. */
    defaultNS: 'core';
    resources: { core: English };
    returnNull: false;
    /** Underscores are part of keys. */
    contextSeparator: '|';
  }
}
