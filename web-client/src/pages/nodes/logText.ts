/** The end of a log as text. Bytes come in pieces that end in the middle of characters, from two sources. */

/** More is not kept: a browser draws it slowly, and nobody reads it. */
const MOST = 200_000;
/** What moves a terminal's cursor or colours its text. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export class LogText {
  readonly #out = new TextDecoder();
  readonly #err = new TextDecoder();
  #text = '';

  push(data: Uint8Array, isError: boolean): void {
    const piece = (isError ? this.#err : this.#out).decode(data, { stream: true });
    this.#text = (this.#text + piece.replace(CONTROLS, '')).slice(-MOST);
  }

  text(): string {
    return this.#text;
  }
}
