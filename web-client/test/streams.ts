/** A server stream that goes on as the test says. */

/** Every connection begins with `first`; what is sent reaches the newest of them. */
export function aStream<Message>(first: () => Message) {
  let push: (message: Message) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  let waits = false;
  const opened: unknown[] = [];
  async function* open(request: unknown) {
    opened.push(request);
    waits = false;
    yield first();
    for (;;) {
      const message = await new Promise<Message>((resolve, reject) => {
        push = resolve;
        fail = reject;
        waits = true;
      });
      waits = false;
      yield message;
    }
  }
  return {
    open,
    /** What was asked for, a request for each connection. */
    opened,
    /** True while the newest connection waits for what is sent. */
    waiting: () => waits,
    send: (message: Message) => push(message),
    cut: (error: unknown) => fail(error),
  };
}
