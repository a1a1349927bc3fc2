/**
 * Turns in drawing what is heavy. Five charts that are drawn anew at the same moment take longer than a frame, and whatever moves
 * on the page stumbles; one after the other, each within a frame, nobody sees them do it.
 */
import { useEffect, useState } from 'react';

/** The value of the first drawing at once, and each later one so many frames after it came. */
export function useTurn<T>(value: T, turn: number): T {
  const [shown, setShown] = useState(value);
  useEffect(() => {
    let left = turn;
    // A page out of sight has no frames: it draws the last value once it is seen again.
    let frame = requestAnimationFrame(function wait() {
      if (left > 0) {
        left -= 1;
        frame = requestAnimationFrame(wait);
      } else {
        setShown(() => value);
      }
    });
    return () => cancelAnimationFrame(frame);
  }, [value, turn]);
  return shown;
}
