/** What a stream has told since a page was opened. */
import type { ServerStats } from '@hostler/client';

export interface Tail {
  readonly looks: readonly ServerStats[];
  /** When it was handed out. */
  readonly time: number;
}
