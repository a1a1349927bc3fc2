/** Our mark: an H that is a rack, with its light on. */
interface Props {
  readonly size?: number;
}

export function Logo({ size = 28 }: Props) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--mantine-color-petrol-7)" />
      <path d="M8.5 7h4v18h-4zM19.5 14h4v11h-4zM12.5 14h7v4h-7z" fill="#fff" />
      <circle cx="21.5" cy="9.2" r="2.4" fill="var(--mantine-color-apricot-3)" />
    </svg>
  );
}
