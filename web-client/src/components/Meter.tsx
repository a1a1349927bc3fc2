/** How much of something is in use, as a bar. The figure in words is beside it or in its label; the bar only helps. */
import classes from './Meter.module.css';

interface Props {
  /** What is measured. */
  readonly label: string;
  /** From 0 to 1; undefined while unknown. */
  readonly share: number | undefined;
  /** The figure in words. */
  readonly text: string;
}

/** From here on it wants attention, as the rules have it that every installation begins with. */
const HIGH = 0.9;

export function Meter({ label, share, text }: Props) {
  const filled = Math.min(1, Math.max(0, share ?? 0));
  return (
    <div
      className={classes.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(filled * 100)}
      aria-valuetext={text}
    >
      <div
        className={filled > HIGH ? `${classes.filled} ${classes.high}` : classes.filled}
        style={{ transform: `scaleX(${filled})` }}
      />
    </div>
  );
}
