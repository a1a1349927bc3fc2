/** Numbers, sizes, money and times as the person's language writes them. */
import { type Timestamp, timestampDate, timestampMs } from '@bufbuild/protobuf/wkt';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

import {
  type Clock,
  clock,
  dateTime,
  duration,
  money,
  number,
  percent,
  rate,
  relativeTime,
  size,
  span,
} from './format';

export interface Format {
  number: (value: number) => string;
  /** Bytes, in binary units. */
  size: (bytes: bigint | number) => string;
  /** Bytes per second. */
  rate: (bytesPerSecond: bigint | number) => string;
  /** A share from 0 to 1. */
  percent: (ratio: number) => string;
  /** Thousandths of a core. */
  cores: (millicores: number) => string;
  /** Minor units of a currency. */
  money: (minor: bigint, currency: string) => string;
  /** A monthly price; free ones say so. */
  monthly: (minor: bigint, currency: string) => string;
  dateTime: (time: Timestamp) => string;
  /** The same of a date. */
  moment: (date: Date) => string;
  /** A part of a moment, where the rest is known. */
  clock: (date: Date, part: Clock) => string;
  relative: (time: Timestamp, now?: Date) => string;
  /** A length of time that somebody has set, in milliseconds. */
  span: (milliseconds: number) => string;
  /** From one moment to another; a dash while either is unknown. */
  took: (start: Timestamp | undefined, end: Timestamp | undefined) => string;
}

export function useFormat(): Format {
  const { t, i18n } = useTranslation();
  const { language } = i18n;
  return useMemo(
    () => ({
      number: (value) => number(value, language),
      size: (bytes) => size(bytes, language),
      rate: (bytesPerSecond) => rate(bytesPerSecond, language),
      percent: (ratio) => percent(ratio, language),
      cores: (millicores) => {
        const count = millicores / 1000;
        return t('common.cores', { count, formatted: number(count, language) });
      },
      money: (minor, currency) => money(minor, currency, language),
      monthly: (minor, currency) =>
        minor === 0n ? t('common.free') : t('common.perMonth', { price: money(minor, currency, language) }),
      dateTime: (time) => dateTime(timestampDate(time), language),
      moment: (date) => dateTime(date, language),
      clock: (date, part) => clock(date, part, language),
      relative: (time, now = new Date()) => relativeTime(timestampDate(time), now, language),
      span: (milliseconds) => span(milliseconds, language),
      took: (start, end) => (start && end ? duration(timestampMs(end) - timestampMs(start), language) : '–'),
    }),
    [t, language],
  );
}
