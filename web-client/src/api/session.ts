/**
 * Who is signed in on this page. The access token lives in this object and nowhere else; the refresh token is in a cookie that no
 * script can read. So a reload begins with a refresh, and a script injected into the page finds nothing that outlives it.
 */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { problemOf, type Tokens } from '@hostler/client';

import { SIGNED_IN_MARK } from './mark';

export type SessionState =
  /** It is not known yet whether the cookie is good. */
  'starting' | 'signed-in' | 'signed-out';

/** What a session needs from outside: the call that renews it, and where it leaves notes for other tabs. */
export interface SessionPorts {
  readonly refresh: () => Promise<Tokens>;
  /** Runs `work` while no other tab runs theirs, so that two tabs never use one refresh token. */
  readonly exclusively: <T>(work: () => Promise<T>) => Promise<T>;
  readonly marks: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly now: () => number;
  readonly pause: (milliseconds: number) => Promise<void>;
}

/** A token is renewed this long before it ends, for the way to the server takes time as well. */
const MARGIN = 30_000;
/** A new token is used for as long at least, whatever the clock of this machine says: one that is ahead would renew it for each call. */
const LEAST_LIFE = 60_000;
/** The pause before the second try when another tab was quicker: by then its cookie is in the browser. */
const RACE_PAUSE = 400;
const RACE_TRIES = 3;

export class Session {
  #state: SessionState = 'starting';
  #access: { token: string; expires: number } | undefined;
  #refreshing: Promise<string> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #ports: SessionPorts;

  constructor(ports: SessionPorts) {
    this.#ports = ports;
  }

  readonly state = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Whether nobody has signed in here, as far as one can tell without asking the server. */
  isStranger(): boolean {
    return this.#access === undefined && this.#ports.marks.getItem(SIGNED_IN_MARK) === null;
  }

  /** Takes up the session of an earlier page, if there is one. */
  async start(): Promise<void> {
    if (this.state() !== 'starting') return;
    if (this.isStranger()) {
      this.#become('signed-out');
      return;
    }
    for (let pause = 1000; this.state() === 'starting'; pause = Math.min(pause * 2, 15_000)) {
      try {
        await this.#refresh();
      } catch {
        // Signed out by now, or the server is away: then nobody knows, and it is asked again.
        if (this.state() === 'starting') await this.#ports.pause(pause);
      }
    }
  }

  signedIn(tokens: Tokens): void {
    this.#take(tokens);
    this.#ports.marks.setItem(SIGNED_IN_MARK, '1');
    this.#become('signed-in');
  }

  signedOut(): void {
    this.#access = undefined;
    this.#ports.marks.removeItem(SIGNED_IN_MARK);
    this.#become('signed-out');
  }

  /** Another tab signed in or out. */
  readonly storageChanged = (event: Pick<StorageEvent, 'key' | 'newValue'>): void => {
    if (event.key !== SIGNED_IN_MARK) return;
    if (event.newValue === null) {
      this.#access = undefined;
      this.#become('signed-out');
    } else if (this.#state === 'signed-out') {
      this.#become('starting');
      void this.start();
    }
  };

  /** A token that is good for a while. Throws UNAUTHENTICATED when nobody is signed in. */
  async token(): Promise<string> {
    if (this.#state === 'signed-out') throw notSignedIn();
    if (this.#access && this.#access.expires - MARGIN > this.#ports.now()) return this.#access.token;
    return this.#refresh();
  }

  /** A token in place of one that the server refused. */
  async renewed(refused: string): Promise<string> {
    this.refuse(refused);
    return this.token();
  }

  /** Forgets a token that the server refused; the next call renews it. */
  refuse(refused: string): void {
    if (this.#access?.token === refused) this.#access = undefined;
  }

  /** One refresh, however many wait for it. */
  #refresh(): Promise<string> {
    this.#refreshing ??= this.#ports
      .exclusively(() => this.#renew())
      .finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  async #renew(): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const token = this.#take(await this.#ports.refresh());
        this.#become('signed-in');
        return token;
      } catch (error) {
        const { code, reason } = problemOf(error);
        if (reason === 'REFRESH_RACE' && attempt < RACE_TRIES) {
          await this.#ports.pause(RACE_PAUSE);
          continue;
        }
        if (code === Code.Unauthenticated) this.signedOut();
        throw error;
      }
    }
  }

  #take(tokens: Tokens): string {
    const told = tokens.accessTokenExpireTime ? timestampMs(tokens.accessTokenExpireTime) : 0;
    const expires = Math.max(told, this.#ports.now() + MARGIN + LEAST_LIFE);
    this.#access = { token: tokens.accessToken, expires };
    return tokens.accessToken;
  }

  #become(state: SessionState): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function notSignedIn(): ConnectError {
  return new ConnectError('nobody is signed in', Code.Unauthenticated);
}
