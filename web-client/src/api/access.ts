/**
 * The way to the API layer. Its code is a third of what a visit loads, and drawing the sign-in takes none of it: a stranger's page has it
 * fetched when somebody begins to type.
 */
import type { Api } from './api';
import { SIGNED_IN_MARK } from './mark';
import type { SessionState } from './session';

interface Ports {
  readonly create: () => Promise<Api>;
  readonly marks: Pick<Storage, 'getItem'>;
}

export class ApiAccess {
  #api: Api | undefined;
  #loading: Promise<Api> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #ports: Ports;

  constructor(ports: Ports) {
    this.#ports = ports;
    if (!this.isStranger()) this.prepare();
  }

  /** Whether nobody has signed in here, as far as one can tell without asking the server. */
  isStranger(): boolean {
    return this.#api === undefined && this.#ports.marks.getItem(SIGNED_IN_MARK) === null;
  }

  /** The one API of the page. What could not be fetched is tried again by the next who asks. */
  readonly load = (): Promise<Api> => {
    this.#loading ??= this.#create().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  };

  /** Has it fetched for later. Whoever needs it then tries again, and shows the failure. */
  readonly prepare = (): void => {
    this.load().catch(() => undefined);
  };

  /** Strangers are signed out before anything is loaded that knows it. */
  readonly sessionState = (): SessionState =>
    this.#api?.session.state() ?? (this.isStranger() ? 'signed-out' : 'starting');

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Another tab signed in or out. */
  readonly storageChanged = (event: Pick<StorageEvent, 'key' | 'newValue'>): void => {
    if (this.#api) this.#api.session.storageChanged(event);
    else if (event.key === SIGNED_IN_MARK && event.newValue !== null) this.prepare();
  };

  async #create(): Promise<Api> {
    const api = await this.#ports.create();
    this.#api = api;
    const changed = () => this.#listeners.forEach((listener) => listener());
    api.session.subscribe(changed);
    void api.session.start();
    changed();
    return api;
  }
}
