import type { Anchor, Bar, Mark } from './data';
import { textWidth } from './dom';

/* Where everything of the treatment timeline goes: rows, bars, names that do not touch each other. */

const laneOrder = [
  'chemotherapy',
  'lymphodepletion',
  'CAR-T',
  'conditioning',
  'transplant',
  'prophylaxis',
  'supportive',
  'response',
  'toxicity',
  'graft',
];

/** The part of the page that shows days: pixels from left to right stand for min to max. */
export class Frame {
  readonly scale: number;
  constructor(
    readonly width: number,
    readonly left: number,
    readonly right: number,
    readonly min: number,
    readonly max: number,
  ) {
    this.scale = (right - left) / (max - min);
  }
  px(day: number): number {
    return this.left + (day - this.min) * this.scale;
  }
  day(px: number): number {
    return this.min + (px - this.left) / this.scale;
  }
  shows(start: number, end: number): boolean {
    return end >= this.min && start <= this.max;
  }
}

export interface Row {
  id: string;
  lane: string;
  label: string;
  first: boolean;
}
interface Group {
  lane: string;
  label: string;
  course?: number;
  start_day: number;
  end_day: number;
  bars: Bar[];
}
/** A named group of bars: its row, its end as drawn, the day where its name starts. */
export interface Course extends Group {
  row: string;
  x2: number;
  at: number;
}
export interface Box {
  bar: Bar;
  row: string;
  x2: number;
}
export interface Placed {
  mark: Mark;
  row: string;
  x: number;
  anchor: 'start' | 'end' | 'none';
}

/** Put labels that start at a place into as few rows as keep them apart; returns the row of each. */
function tiers(extents: [number, number][]): number[] {
  const ends: number[] = [];
  return extents.map(([start, end]) => {
    let row = ends.findIndex((taken) => taken <= start);
    if (row < 0) row = ends.length;
    ends[row] = end;
    return row;
  });
}

/** Bars of one lane that belong to one course of treatment: the same number, or the same label without a long gap. */
function courses(bars: Bar[]): Group[] {
  const found: Group[] = [];
  for (const bar of [...bars].sort((a, b) => a.start_day - b.start_day)) {
    const same = found.find(
      (c) =>
        c.lane === bar.lane &&
        c.label === bar.label &&
        c.course === bar.course &&
        bar.start_day - c.end_day < 15,
    );
    if (same) {
      same.end_day = Math.max(same.end_day, bar.end_day);
      same.bars.push(bar);
    } else
      found.push({
        lane: bar.lane,
        label: bar.label,
        course: bar.course,
        start_day: bar.start_day,
        end_day: bar.end_day,
        bars: [bar],
      });
  }
  return found;
}

/** The lanes in use, in the order of a course of treatment. */
export function lanesOf(bars: Bar[]): string[] {
  const all = [...laneOrder, ...bars.map((bar) => bar.lane)];
  return all.filter((lane, i) => all.indexOf(lane) === i && bars.some((bar) => bar.lane === lane));
}

function title(c: { label: string; course?: number }): string {
  return c.course !== undefined && !c.label.startsWith(String(c.course)) ? `${c.course} ${c.label}` : c.label;
}

/** One lane: names of its courses in as many rows as keep them apart, then a row for each drug (or none). */
function layOutLane(lane: string, own: Bar[], frame: Frame, byDrug: boolean) {
  const rows: Row[] = [];
  const add = (id: string, label: string) => {
    if (!rows.some((row) => row.id === id)) rows.push({ id, lane, label, first: rows.length === 0 });
    return id;
  };
  const least = 3 / frame.scale;
  const found = courses(own.filter((bar) => bar.drug && bar.drug !== bar.label));
  // a group of one drug says no more than the drug's own row
  const telling = found.some(
    (c) => c.course !== undefined || new Set(c.bars.map((bar) => bar.drug)).size > 1,
  );
  const visible = telling ? found.filter((c) => frame.shows(c.start_day, c.end_day + 1)) : [];
  const wide = visible.map((c) => textWidth(title(c), 11, 600));
  const starts = visible.map((c, i) =>
    Math.max(frame.left, Math.min(frame.px(c.start_day), frame.right - wide[i] - 6)),
  );
  const place = tiers(
    visible.map((c, i) => [
      Math.min(starts[i], frame.px(c.start_day)),
      Math.max(starts[i] + wide[i] + 14, frame.px(c.end_day + 1)),
    ]),
  );
  if (visible.length) add(`${lane}/0`, own.some((bar) => bar.course !== undefined) ? 'courses' : 'regimen');
  const named = visible.map((c, i): Course => ({
    ...c,
    label: title(c),
    row: add(`${lane}/${place[i]}`, ''),
    x2: Math.max(c.end_day + 1, c.start_day + least),
    at: frame.day(starts[i]),
  }));
  // rows of what was given in the days shown; others would be empty
  const boxes: Box[] = [];
  for (const bar of own) {
    if (!frame.shows(bar.start_day, bar.end_day + 1) || (!byDrug && telling)) continue;
    const name = bar.drug || bar.label;
    const row = add(byDrug ? `${lane}/drug/${name}` : `${lane}/0`, name);
    boxes.push({ bar, row, x2: Math.max(bar.end_day + 0.9, bar.start_day + least) });
  }
  return { rows, named, boxes };
}

export function layOutTreatments(bars: Bar[], frame: Frame, byDrug: boolean) {
  const parts = lanesOf(bars).map((lane) =>
    layOutLane(
      lane,
      bars.filter((bar) => bar.lane === lane),
      frame,
      byDrug,
    ),
  );
  return {
    rows: parts.flatMap((part) => part.rows),
    named: parts.flatMap((part) => part.named),
    boxes: parts.flatMap((part) => part.boxes),
  };
}

/** Events of one kind: a symbol with its words beside it; what happens more than once has a row of its own. */
export function layOutMarks(marks: Mark[], kind: Mark['kind'], frame: Frame) {
  const all = marks
    .filter((mark) => mark.kind === kind && frame.shows(mark.t, mark.t))
    .sort((a, b) => a.t - b.t);
  const often = [...new Set(all.map((mark) => mark.label))].filter(
    (name) => all.filter((mark) => mark.label === name).length > 1,
  );
  // words that would leave the page stand before their symbol
  const once = all
    .filter((mark) => !often.includes(mark.label))
    .map((mark) => {
      const [at, wide] = [frame.px(mark.t), textWidth(mark.label, 11) + 16];
      const back = at + wide > frame.width;
      return { mark, back, extent: (back ? [at - wide, at + 8] : [at - 5, at + wide]) as [number, number] };
    })
    .sort((a, b) => a.extent[0] - b.extent[0]);
  const place = tiers(once.map((one) => one.extent));
  const rows: Row[] = [];
  for (let k = 0; once.length && k <= Math.max(...place); k++)
    rows.push({ id: `${kind}/${k}`, lane: kind, label: k === 0 ? 'events' : '', first: k === 0 });
  const placed = once.map(({ mark, back }, i): Placed => ({
    mark,
    row: `${kind}/${place[i]}`,
    x: mark.t,
    anchor: back ? 'end' : 'start',
  }));
  for (const name of often) {
    const row = `${kind}/often/${name}`;
    rows.push({ id: row, lane: kind, label: name, first: rows.length === 0 });
    for (const mark of all) if (mark.label === name) placed.push({ mark, row, x: mark.t, anchor: 'none' });
  }
  return { rows, placed };
}

/** Names of the anchors: in full where there is room, else short, else one row higher. */
export function layOutAnchors(
  anchors: Anchor[],
  frame: Frame,
): { day: number; label: string; row: number }[] {
  const ends = [-Infinity, -Infinity];
  const half = (label: string) => textWidth(label, 11, 600) / 2;
  return anchors.map((a, i) => {
    const at = frame.px(a.day);
    const next = anchors[i + 1];
    const room = next ? frame.px(next.day) - half(next.short) - 8 : frame.width;
    const fits = at - half(a.label) > ends[0] + 8 && at + half(a.label) < Math.max(room, at + 1);
    const label = fits ? a.label : a.short;
    const row = at - half(label) > ends[0] + 8 ? 0 : 1;
    ends[row] = at + half(label);
    return { day: a.day, label, row };
  });
}
