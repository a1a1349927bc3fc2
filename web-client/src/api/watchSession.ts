/** What the session's beginning and end mean for everything else, whatever page is on the screen. */
import type { Session } from './session';

interface Reactions {
  readonly begun: () => void;
  /** Not told when it turns out that there is none. */
  readonly ended: () => void;
}

/** For as long as the session lives. */
export function watchSession(session: Session, { begun, ended }: Reactions): void {
  let before = session.state();
  session.subscribe(() => {
    const state = session.state();
    if (state === 'signed-in') begun();
    if (state === 'signed-out' && before !== 'starting') ended();
    before = state;
  });
}
