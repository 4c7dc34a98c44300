/** Values, moments and spans of time as people of the chosen language write them. */

import { language } from "./prefs";
import type { Instant, PropertySpec, Value } from "./types";
import { lookUp, words } from "./words";

const locale = () => (language.value === "zh" ? "zh-CN" : "en-GB");

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Intl's objects are dear to make: one is made for each language and shape. */
function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const found = formats.get(key) ?? make();
  formats.set(key, found);
  return found as T;
}

export function number(value: number, digits = 0, least = 0): string {
  return cached(
    `${locale()} ${digits} ${least}`,
    () =>
      new Intl.NumberFormat(locale(), {
        maximumFractionDigits: digits,
        minimumFractionDigits: least,
      }),
  ).format(value);
}

/** Digits after the point that tell something, for a value of this size and unit. */
function digitsOf(value: number, unit: string): number {
  if (unit === "°C") return 1;
  if (["%", "K", "ppm", "lx", "°", "dBm"].includes(unit)) return 0;
  const size = Math.abs(value);
  return size >= 100 ? 0 : size >= 10 ? 1 : 2;
}

export function quantity(value: number, unit: string): string {
  // A temperature keeps its digit when it is 0, so that it does not jump as it changes.
  const text = number(value, digitsOf(value, unit), unit === "°C" ? 1 : 0);
  if (!unit) return text;
  return unit === "%" || unit === "°" ? `${text}${unit}` : `${text}\u00a0${unit}`;
}

/** A property's value in words; null is "unknown", never "off". */
export function valueWords(value: Value, spec: Pick<PropertySpec, "name" | "unit">): string {
  const { common, states, choices } = words.value;
  if (value === null) return common.unknown;
  if (typeof value === "boolean") {
    const said = lookUp<[string, string]>(states, spec.name);
    if (said) return value ? said[0] : said[1];
    return value ? common.yes : common.no;
  }
  if (typeof value === "number") return quantity(value, spec.unit);
  return lookUp<string>(choices, value.toLowerCase()) ?? value;
}

function moment(timezone: string, options: Intl.DateTimeFormatOptions, key: string) {
  return cached(`${locale()} ${timezone} ${key}`, () => {
    try {
      return new Intl.DateTimeFormat(locale(), { ...options, timeZone: timezone });
    } catch {
      // A zone that this browser does not know.
      return new Intl.DateTimeFormat(locale(), options);
    }
  });
}

/** Hours, minutes and seconds, in the home's own time. */
export function clock(at: Instant, timezone: string): string {
  return moment(
    timezone,
    { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    "clock",
  ).format(new Date(at));
}

/** The day, as "Monday 3 March"; the same text for all moments of one day in the home's time. */
export function day(at: Instant, timezone: string): string {
  return moment(timezone, { weekday: "long", day: "numeric", month: "long" }, "day").format(
    new Date(at),
  );
}

/** Day and time, short; the day is left out when it is today. */
export function when(at: Instant, timezone: string): string {
  const today = day(new Date().toISOString(), timezone);
  const short = moment(timezone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, "hm");
  const time = short.format(new Date(at));
  const date = moment(timezone, { day: "numeric", month: "short" }, "date").format(new Date(at));
  return day(at, timezone) === today ? time : `${date} ${time}`;
}

/** A span of seconds in its two largest units. */
export function span(seconds: number): string {
  const units: [number, string, string][] = [
    [86400, "d", "天"],
    [3600, "h", "小时"],
    [60, "min", "分"],
    [1, "s", "秒"],
  ];
  const isZh = language.value === "zh";
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [size, english, chinese] of units) {
    const n = Math.floor(left / size);
    left -= n * size;
    if (n || (size === 1 && !parts.length))
      parts.push(isZh ? `${n} ${chinese}` : `${n} ${english}`);
    if (parts.length === 2) break;
  }
  return parts.join(" ");
}
