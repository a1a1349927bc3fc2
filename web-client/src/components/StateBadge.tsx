/** A state: a light and its name. The name carries the meaning, the colour only helps. */
import classes from './StateBadge.module.css';

export type StateColor = 'green' | 'gray' | 'amber' | 'red';

interface Props {
  readonly color: StateColor;
  readonly label: string;
  /** Something is at work. */
  readonly pulsing?: boolean;
}

export function StateBadge({ color, label, pulsing = false }: Props) {
  const light = [classes.light, classes[color], pulsing && classes.pulsing].filter(Boolean).join(' ');
  return (
    <span className={classes.badge}>
      <span className={light} aria-hidden />
      {label}
    </span>
  );
}
