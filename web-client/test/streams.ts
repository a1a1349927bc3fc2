/** A server stream that goes on as the test says. */

/** Every connection begins with `first`; what is sent reaches the newest of them. */
export function aStream<Message>(first: () => Message) {
  let push: (message: Message) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  const opened: unknown[] = [];
  async function* open(request: unknown) {
    opened.push(request);
    yield first();
    for (;;) {
      yield await new Promise<Message>((resolve, reject) => {
        push = resolve;
        fail = reject;
      });
    }
  }
  return {
    open,
    /** What was asked for, a request for each connection. */
    opened,
    send: (message: Message) => push(message),
    cut: (error: unknown) => fail(error),
  };
}
