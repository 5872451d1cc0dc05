import type { Num } from './data';
import { svg } from './dom';

/* Where a recorded value lies against the simulated interval, as a small picture for a row of a table. */

interface Row {
  recorded?: Num;
  below?: Num;
  above?: Num;
  simulated: Num;
  low: Num;
  high: Num;
  simulated_never?: boolean;
  low_never?: boolean;
  high_never?: boolean;
  kind?: string;
  inside: boolean | null;
}

const width = 120;
const height = 16;
const edge = 7;
const isNumber = (v: Num | undefined): v is number => typeof v === 'number' && Number.isFinite(v);

/** From a value to a place; what lies outside of the domain ends at its edge. */
function scale(row: Row): (v: number) => number {
  // what never comes lies beyond the right end
  const never = row.simulated_never || row.low_never || row.high_never;
  const values = [row.recorded, row.below, row.above, row.simulated, row.low, row.high].filter(isNumber);
  const known = [row.recorded, row.below, row.above].filter(isNumber);
  // decades, unless something is zero that is not merely below a limit
  const log =
    row.kind !== 'event' && known.every((v) => v > 0) && (isNumber(row.below) || values.every((v) => v > 0));
  const floor = isNumber(row.below) ? row.below / 100 : 0;
  const f = (v: number) => (log ? Math.log10(Math.max(v, floor, 1e-300)) : v);
  let [low, high] = [Math.min(...values.map(f)), Math.max(...values.map(f))];
  // nearly equal values stay close to each other in the picture
  const least = log ? 0.3 : Math.max(1, 0.2 * Math.max(Math.abs(low), Math.abs(high)));
  if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
  // a bound needs room on its open side
  if (isNumber(row.below)) low = Math.min(low, f(row.below) - 0.35 * (high - low));
  if (isNumber(row.above) || never) high += 0.35 * (high - low);
  return (v) => edge + (width - 2 * edge) * Math.max(0, Math.min(1, (f(v) - low) / (high - low)));
}

/** A value is a dot; "below" and "above" are lines open to their side, from the limit on. */
export function position(row: Row): SVGElement | null {
  const bound = row.below ?? row.above;
  const value = row.recorded ?? bound;
  const known = (v: Num, never?: boolean) => never || isNumber(v);
  if (!isNumber(value) || !known(row.low, row.low_never) || !known(row.high, row.high_never)) return null;
  const at = scale(row);
  const middle = height / 2;
  const place = (v: Num, never?: boolean) => (never ? width - 1 : at(v as number));
  const [from, to] = [place(row.low, row.low_never), place(row.high, row.high_never)];
  const tone = row.inside === false ? 'recorded out' : 'recorded';
  const parts: SVGElement[] = [
    svg('line', { class: 'axis', x1: 0, x2: width, y1: middle, y2: middle }),
    svg('rect', {
      class: 'interval',
      x: from - 1,
      y: middle - 4,
      width: Math.max(2, to - from + 2),
      height: 8,
      rx: 2,
    }),
  ];
  if (isNumber(row.simulated) || row.simulated_never) {
    const x = place(row.simulated, row.simulated_never);
    parts.push(svg('line', { class: 'middle', x1: x, x2: x, y1: middle - 5, y2: middle + 5 }));
  }
  if (isNumber(row.recorded))
    parts.push(svg('circle', { class: tone, cx: at(row.recorded), cy: middle, r: 3.6 }));
  else {
    const [x, end, turn] = isNumber(row.below) ? [at(value), 1, 5] : [at(value), width - 1, -5];
    const y = middle + 6.5;
    parts.push(
      svg('path', {
        class: `${tone} bound`,
        d: `M${x},${y - 4}V${y + 1}M${x},${y - 1.5}H${end}M${end + turn},${y - 4}L${end},${y - 1.5}L${end + turn},${y + 1}`,
      }),
    );
  }
  return svg('svg', { class: 'position', width, height, 'aria-hidden': 'true' }, ...parts);
}
