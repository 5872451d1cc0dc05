/* Logarithmic axes: which values bound and mark them. */

export function isDecade(v: number): boolean {
  return Math.abs(Math.log10(v) - Math.round(Math.log10(v))) < 1e-6;
}

/** The 1-2-5 step below or above a value. */
export function roundLog(value: number, round: (x: number) => number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const head = value / power;
  const steps = [1, 2, 5, 10];
  const step =
    round === Math.floor
      ? [...steps].reverse().find((s) => s <= head * (1 + 1e-9))
      : steps.find((s) => s >= head * (1 - 1e-9));
  return (step ?? 1) * power;
}

export function logTicks(min: number, max: number): number[] {
  const ticks: number[] = [];
  const decades = Math.log10(max / min);
  const heads = decades <= 1.6 ? [1, 2, 5] : decades <= 2.4 ? [1, 3] : [1];
  const every = decades > 7 ? 2 : 1;
  for (let power = Math.floor(Math.log10(min)); power <= Math.ceil(Math.log10(max)); power++) {
    if (power % every) continue;
    for (const head of heads) {
      const tick = Number((head * 10 ** power).toPrecision(6));
      if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}
