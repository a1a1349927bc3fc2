/** The formatting itself, apart from React. Formatters of Intl are costly to make and are kept. */
import { isRepeated } from './repeatedHour';

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const RUSSIAN_BYTE_UNITS = ['Б', 'КиБ', 'МиБ', 'ГиБ', 'ТиБ', 'ПиБ'];

const numbers = new Map<string, Intl.NumberFormat>();
/** With how many minor units make a major one. */
const currencies = new Map<string, { format: Intl.NumberFormat; unit: number }>();
const dates = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<string, Intl.RelativeTimeFormat>();

function kept<T>(cache: Map<string, T>, key: string, make: () => T): T {
  const found = cache.get(key);
  if (found !== undefined) return found;
  const made = make();
  cache.set(key, made);
  return made;
}

export function number(value: number, language: string): string {
  return kept(numbers, language, () => new Intl.NumberFormat(language, { maximumFractionDigits: 2 })).format(
    value,
  );
}

export function size(bytes: bigint | number, language: string): string {
  const units = language === 'ru' ? RUSSIAN_BYTE_UNITS : BYTE_UNITS;
  let value = Number(bytes);
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = value < 10 ? 1 : 0;
  const formatted = kept(
    numbers,
    `${language} size ${digits}`,
    () => new Intl.NumberFormat(language, { maximumFractionDigits: digits }),
  ).format(value);
  return `${formatted}\u00a0${units[unit] ?? ''}`;
}

/** Bytes per second. */
export function rate(bytesPerSecond: bigint | number, language: string): string {
  return `${size(bytesPerSecond, language)}/${language === 'ru' ? 'с' : 's'}`;
}

/** A share from 0 to 1. Small ones keep a digit, so that little is told from nothing. */
export function percent(ratio: number, language: string): string {
  const digits = ratio < 0.1 ? 1 : 0;
  return kept(
    numbers,
    `${language} percent ${digits}`,
    () => new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: digits }),
  ).format(ratio);
}

/** How many digits a currency's minor units are: two for the euro, none for the yen. Something that is no currency has two. */
export function minorDigits(currency: string): number {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    return format.resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Minor units of a currency in its major ones. */
export function money(minor: bigint, currency: string, language: string): string {
  const { format, unit } = kept(currencies, `${language} ${currency}`, () => {
    const made = new Intl.NumberFormat(language, { style: 'currency', currency });
    return { format: made, unit: 10 ** (made.resolvedOptions().maximumFractionDigits ?? 2) };
  });
  return format.format(Number(minor) / unit);
}

/** How long something took: seconds, or minutes and seconds, or hours and minutes. */
export function duration(milliseconds: number, language: string): string {
  const seconds = Math.max(0, milliseconds / 1000);
  if (seconds < 10) return unit(Math.round(seconds * 10) / 10, 'second', language);
  if (seconds < 60) return unit(Math.round(seconds), 'second', language);
  const whole = Math.round(seconds);
  return whole < 3600
    ? `${unit(Math.floor(whole / 60), 'minute', language)} ${unit(whole % 60, 'second', language)}`
    : `${unit(Math.floor(whole / 3600), 'hour', language)} ${unit(Math.floor((whole % 3600) / 60), 'minute', language)}`;
}

const LENGTHS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
] as const;

/** A length of time that somebody has set: days, hours, minutes and seconds, those that are not 0. */
export function span(milliseconds: number, language: string): string {
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [name, length] of LENGTHS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(unit(count, name, language));
  }
  return parts.join(' ') || unit(0, 'second', language);
}

function unit(value: number, name: 'second' | 'minute' | 'hour' | 'day', language: string): string {
  return kept(
    numbers,
    `${language} ${name}`,
    () => new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short' }),
  ).format(value);
}

/** Which parts of a moment are told: those that tell the moments beside each other apart. */
const CLOCKS = {
  second: { timeStyle: 'medium' },
  minute: { hour: '2-digit', minute: '2-digit' },
  day: { month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/** The same within an hour that the clock repeats. */
const REPEATED_CLOCKS = {
  ...CLOCKS,
  second: { timeStyle: 'long' },
  minute: { ...CLOCKS.minute, timeZoneName: 'short' },
} as const satisfies Record<keyof typeof CLOCKS, Intl.DateTimeFormatOptions>;

export type Clock = keyof typeof CLOCKS;

/** A part of a moment, in the viewer's zone. */
export function clock(date: Date, part: Clock, language: string): string {
  const again = isRepeated(date);
  return kept(
    dates,
    `${language} ${part} ${again}`,
    () => new Intl.DateTimeFormat(language, (again ? REPEATED_CLOCKS : CLOCKS)[part]),
  ).format(date);
}

const MOMENT = { dateStyle: 'medium', timeStyle: 'short' } as const;

/** Styles leave no room for the name of the zone. */
const REPEATED_MOMENT = {
  year: 'numeric',
  month: 'short',
  day: 'numeric',
  hour: 'numeric',
  minute: '2-digit',
  timeZoneName: 'short',
} as const;

/** In the viewer's zone. */
export function dateTime(date: Date, language: string): string {
  const again = isRepeated(date);
  return kept(
    dates,
    `${language} ${again}`,
    () => new Intl.DateTimeFormat(language, again ? REPEATED_MOMENT : MOMENT),
  ).format(date);
}

const SPANS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

export function relativeTime(date: Date, now: Date, language: string): string {
  const format = kept(relatives, language, () => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const seconds = (date.getTime() - now.getTime()) / 1000;
  for (const [unit, length] of SPANS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, 'second');
}
