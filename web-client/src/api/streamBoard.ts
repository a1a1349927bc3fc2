/** Knows which streams are down, so that the page can say "reconnecting" while what it shows may be old. */
export type StreamState = 'opening' | 'live' | 'reconnecting';

export class StreamBoard {
  readonly #states = new Map<symbol, StreamState>();
  readonly #listeners = new Set<() => void>();
  #reconnecting = false;

  /** True while any stream that once ran is down. */
  readonly reconnecting = (): boolean => this.#reconnecting;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  report(stream: symbol, state: StreamState): void {
    this.#states.set(stream, state);
    this.#recount();
  }

  forget(stream: symbol): void {
    this.#states.delete(stream);
    this.#recount();
  }

  #recount(): void {
    const reconnecting = [...this.#states.values()].includes('reconnecting');
    if (reconnecting === this.#reconnecting) return;
    this.#reconnecting = reconnecting;
    for (const listener of this.#listeners) listener();
  }
}
