import type { Num } from './data';

/** 10 to an integer power in print: "10⁻⁴". */
function powerOfTen(power: number): string {
  const digits = [...String(Math.abs(power))].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]);
  return `10${power < 0 ? '⁻' : ''}${digits.join('')}`;
}

/** The label of a decade: 0.01 -> "0.01", 1e5 -> "10⁵". */
export function decade(value: number): string {
  const power = Math.round(Math.log10(value));
  return power >= -3 && power <= 3 ? Number(value.toPrecision(3)).toLocaleString('en') : powerOfTen(power);
}

/** Three significant digits; very small and very large numbers as powers of ten. */
export function number(value: Num | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) {
    const power = Math.floor(Math.log10(size));
    const head = (value / 10 ** power).toPrecision(2).replace(/\.0$/, '').replace('-', '−');
    return `${head}×${powerOfTen(power)}`;
  }
  if (size >= 1000) return Math.round(value).toLocaleString('en').replace('-', '−');
  return String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Percent of cells are printed as decimals down to one cell in a million, the depth of the deepest assays of MRD. */
const leastPercent = 1e-4;
const percent = (v: number) =>
  v > 0 && v < leastPercent
    ? `< ${leastPercent}`
    : v !== 0 && v < 0.1
      ? Number(v.toPrecision(2))
          .toFixed(Math.max(0, 1 - Math.floor(Math.log10(v))))
          .replace(/0+$/, '')
      : number(v);

/** A simulated value in its unit: shares as decimals, all else as `number`. */
export function amount(value: Num | undefined, unit: string | undefined): string {
  const share = /^(%|percent)/.test(unit ?? '');
  return share && typeof value === 'number' && value >= 0 ? percent(value) : number(value);
}

/** Percentages inside a text as everywhere else: "marrow MRD 1.38e-06 %" -> "marrow MRD < 0.0001 %". */
export function printedPercent(text: string): string {
  return text.replace(/(?<![\d.<>] ?)\b(\d+(?:\.\d+)?(?:e[-+]?\d+)?) %/g, (_, value: string) => {
    return `${percent(Number(value))} %`;
  });
}

/** A number with so many decimals, thousands apart, never "−0". */
export function fixed(value: number, decimals: number): string {
  const text = value.toLocaleString('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return Number(text.replace(/,/g, '')) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** "46 (38 to 54)": decimals as the width of the interval deserves; ratios with two. */
export function interval(e: { value: Num; low: Num; high: Num }, ratio = false): string {
  const { value, low, high } = e;
  if (value === null) return '–';
  const width = low !== null && high !== null ? high - low : 0;
  const decimals = ratio
    ? Math.abs(value) >= 100
      ? 0
      : Math.abs(value) >= 10
        ? 1
        : 2
    : width > 0
      ? Math.max(0, Math.min(3, Math.ceil(-Math.log10(width / 4))))
      : Math.abs(value) >= 100
        ? 0
        : 1;
  if (low === null || high === null) return fixed(value, decimals);
  return `${fixed(value, decimals)} (${fixed(low, decimals)} to ${fixed(high, decimals)})`;
}

/** A recorded number as it was printed. */
export function printed(value: Num | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6
    ? value.toLocaleString('en', { maximumFractionDigits: 6, maximumSignificantDigits: 6 }).replace('-', '−')
    : number(value);
}

/** What an assay would print: "< 0.01" below its limit; "never" for an event that does not come, "not reached" for what is unknown. */
export function measured(
  value: Num | undefined,
  unit: string | undefined,
  limit?: Num,
  never?: boolean,
): string {
  if (never) return 'never';
  if (value === null || value === undefined) return 'not reached';
  if (limit !== null && limit !== undefined && value < limit) return `< ${amount(limit, unit)}`;
  return amount(value, unit);
}

/** A recorded value as it stands in its source: "0.5", "< 0.01", "> 498". */
export function recorded(row: { recorded?: Num; value?: Num; below?: Num; above?: Num }): string {
  if (row.below !== null && row.below !== undefined) return `< ${printed(row.below)}`;
  if (row.above !== null && row.above !== undefined) return `> ${printed(row.above)}`;
  return printed(row.recorded ?? row.value);
}

/** Names of the program's own lists as words: "dose.anti_thymocyte_globulin" -> "anti thymocyte globulin". */
export function words(name: string): string {
  return /^[a-z][a-z0-9_.]*$/.test(name) ? name.replace(/^dose\./, '').replace(/[._]/g, ' ') : name;
}

/** UCUM spellings inside a text as they are printed: "10*9/L" -> "10⁹/L". */
export function printedUnits(text: string): string {
  return text
    .replace(/(^|[\s(])-(?=[\d.])/g, '$1−')
    .replace(/10\*(\d+)/g, (_, power: string) => powerOfTen(Number(power)))
    .replace(/ Cel\b/g, ' °C')
    .replace(/ \/uL\b/g, '/µL')
    .replace(/\bu([gL])\b/g, 'µ$1')
    .replace(/(\d)e([-+]\d+)/g, (_, head: string, power: string) => `${head}×${powerOfTen(Number(power))}`);
}

/** A unit as it is printed beside a number; nothing for pure numbers. */
export function unitText(unit: string | undefined): string {
  return !unit || unit === '1' ? '' : unit === 'percent' ? '%' : unit;
}

/** A number with a true minus sign. */
export function minus(value: number): string {
  return String(value).replace('-', '−');
}

/** The day of a table, as the date beside it: the day that the moment falls on. */
export function wholeDay(day: number): string {
  return minus(Math.floor(day + 1e-6));
}

export function signed(day: number): string {
  const rounded = Math.round(day * 100) / 100;
  return rounded > 0 ? `+${rounded}` : rounded < 0 ? `−${-rounded}` : '0';
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Days from day 0 to dates and back; without day 0 dates are blank. */
export class Calendar {
  private readonly zero: number | null;
  constructor(day0: string | undefined) {
    const time = day0 ? Date.parse(`${day0}T00:00:00Z`) : NaN;
    this.zero = Number.isFinite(time) ? time : null;
  }
  get known(): boolean {
    return this.zero !== null;
  }
  private at(day: number): Date {
    return new Date((this.zero as number) + Math.floor(day + 1e-6) * 86400000);
  }
  /** "2025-04-07" */
  iso(day: number): string {
    return this.known ? this.at(day).toISOString().slice(0, 10) : '';
  }
  /** "7 Apr 2025" */
  long(day: number): string {
    if (!this.known) return '';
    const date = this.at(day);
    return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
  }
  /** "7 Apr 25", or "Apr 25" where months are the step. */
  short(day: number, withDay: boolean): string {
    if (!this.known) return '';
    const date = this.at(day);
    const year = String(date.getUTCFullYear()).slice(2);
    return withDay
      ? `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${year}`
      : `${months[date.getUTCMonth()]} ${year}`;
  }
}
