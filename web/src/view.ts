import type { Anchor, Page } from './data';
import { Calendar, minus, signed } from './format';

/** What all time charts share: the window of days shown, the day under the pointer, the origin of day numbers. */
export class View {
  readonly calendar: Calendar;
  readonly anchors: Anchor[];
  readonly first: number;
  readonly last: number;
  min: number;
  max: number;
  /** Day numbers are counted from this anchor; null: from day 0. */
  origin: Anchor | null = null;
  cursor: number | null = null;
  private readonly onWindow: (() => void)[] = [];
  private readonly onCursor: (() => void)[] = [];

  constructor(page: Page) {
    this.calendar = new Calendar(page.day0);
    this.anchors = [...(page.anchors ?? [])].sort((a, b) => a.day - b.day);
    const days = [
      ...(page.t ?? []),
      ...(page.panels ?? []).flatMap((panel) => [
        ...(panel.t ?? []),
        ...panel.series.flatMap((s) => s.t ?? []),
        ...(panel.recorded ?? []).map((r) => r.t),
      ]),
      ...(page.timeline?.bars ?? []).flatMap((bar) => [bar.start_day, bar.end_day + 1]),
      ...(page.timeline?.marks ?? []).map((mark) => mark.t),
    ].filter(Number.isFinite);
    const low = days.reduce((a, b) => Math.min(a, b), Infinity);
    const high = days.reduce((a, b) => Math.max(a, b), -Infinity);
    const margin = days.length ? Math.max(1, 0.01 * (high - low)) : 1;
    this.first = days.length ? low - margin : 0;
    this.last = days.length ? high + margin : 1;
    this.min = this.first;
    this.max = this.last;
  }

  listen(window: (() => void) | null, cursor: (() => void) | null = null): void {
    if (window) this.onWindow.push(window);
    if (cursor) this.onCursor.push(cursor);
  }

  show(min: number, max: number, origin: Anchor | null = this.origin): void {
    const span = Math.max(2, Math.min(max - min, this.last - this.first));
    const start = Math.max(this.first, Math.min(min, this.last - span));
    if (start === this.min && start + span === this.max && origin === this.origin) return;
    [this.min, this.max, this.origin] = [start, start + span, origin];
    for (const listener of this.onWindow) listener();
  }

  point(day: number | null): void {
    if (day === this.cursor) return;
    this.cursor = day;
    for (const listener of this.onCursor) listener();
  }

  /** Tenths of a day where few are shown, else the day that the moment falls on: number and date always of the same. */
  private whole(day: number): number {
    const fine = this.max - this.min < 40 ? 10 : 1;
    return Math.floor(day * fine + 1e-6) / fine;
  }

  /** The day number as the axes print it: from day 0, or from the chosen anchor with a sign. */
  number(day: number): string {
    return this.origin ? signed(day - this.origin.day) : minus(Math.round(day * 100) / 100);
  }

  /** "day 293 · 7 Apr 2025 · CAR-T day 0 · HSCT day −55" */
  describe(day: number): string {
    const at = this.whole(day);
    const parts = [`day ${minus(at)}`];
    if (this.calendar.known) parts.push(this.calendar.long(at));
    for (const anchor of this.anchors)
      if (at - anchor.day >= -60) parts.push(`${anchor.short} day ${signed(at - anchor.day)}`);
    return parts.join(' · ');
  }

  get axisTitle(): string {
    const from = this.origin ? `days from ${this.origin.label}` : 'days from day 0';
    if (!this.calendar.known) return from;
    return `${from} (${this.calendar.iso(this.origin?.day ?? 0)}); dates below`;
  }

  /** Ticks at round day numbers (counted from the origin), about `wanted` of them. */
  ticks(wanted: number, min = this.min, max = this.max): number[] {
    const steps = [0.25, 0.5, 1, 2, 5, 7, 10, 14, 20, 30, 50, 60, 100, 200, 365, 730];
    const step = steps.find((s) => (max - min) / s <= wanted) ?? (max - min) / wanted;
    const from = this.origin?.day ?? 0;
    const ticks: number[] = [];
    for (let k = Math.ceil((min - from) / step); from + k * step <= max; k++) ticks.push(from + k * step);
    return ticks;
  }
}
