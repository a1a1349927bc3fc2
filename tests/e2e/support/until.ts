/** Waiting for a state that no page shows. What a page shows is waited for by its locators. */
const PATIENCE = 60_000;
const PERIOD = 50;

/** Asks until the answer is a value that counts as true, and returns it. */
export async function until<T>(what: string, ask: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, PERIOD));
  }
}
