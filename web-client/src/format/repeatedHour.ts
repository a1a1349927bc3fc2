/** The hour that a clock goes through twice when summer ends: the same time of day is two moments, and must say which. */

/** Longer than any clock is put back by. */
const REACH = 6 * 3_600_000;
const MINUTE = 60_000;

/** Whether the viewer's clock shows the same at another moment. */
export function isRepeated(date: Date): boolean {
  const here = date.getTimezoneOffset();
  return [-REACH, REACH].some((reach) => {
    const there = new Date(date.getTime() + reach).getTimezoneOffset();
    const other = new Date(date.getTime() + (there - here) * MINUTE);
    return there !== here && other.getTimezoneOffset() === there;
  });
}
