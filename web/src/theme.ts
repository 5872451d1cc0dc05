/** Colours live in style.css as custom properties; canvases ask here and draw again when they change. */

import { svg } from './dom';

const listeners: (() => void)[] = [];

export function onTheme(listener: () => void): void {
  listeners.push(listener);
}

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The k-th series colour (palette of Okabe and Ito, told apart by colour-blind readers). */
export function seriesColour(k: number): string {
  return `series-${(k % 6) + 1}`;
}

/** Colours come round again after six: lines are then dashed, after twelve dotted. */
export const again = (k: number): 0 | 1 | 2 => (k < 6 ? 0 : k < 12 ? 1 : 2);
export const dashes = [undefined, '6,3', '2,2.5'] as const;
export const againClass = (k: number) => ['', ' again', ' again third'][again(k)];

/** Lines of other readings and treatments: a number each, and a pair of colour and dashes that no other one has. */
const armColours = ['ink', 'series-2', 'series-3', 'series-4', 'series-6'];
const armDashes = [
  [7, 3],
  [2, 3],
  [10, 3, 2, 3],
  [14, 4],
  [5, 2, 2, 2, 2, 2],
];
export const armColour = (k: number) => armColours[k % armColours.length];
export const armDash = (k: number) => armDashes[(k + Math.floor(k / armColours.length)) % armDashes.length];

export function armSwatch(k: number): SVGElement {
  return svg(
    'svg',
    { width: 38, height: 12, 'aria-hidden': 'true', class: 'arm-swatch' },
    svg('text', { x: 0, y: 10, fill: `var(--${armColour(k)})` }, String(k + 1)),
    svg('line', {
      x1: 18,
      x2: 38,
      y1: 6,
      y2: 6,
      stroke: `var(--${armColour(k)})`,
      'stroke-width': 1.5,
      'stroke-dasharray': armDash(k).join(' '),
    }),
  );
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
}

export function setTheme(theme: 'light' | 'dark' | undefined): void {
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const listener of listeners) listener();
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
  listeners.forEach((listener) => listener()),
);
addEventListener('hashchange', () => {
  const wish = /[#&](dark|light)\b/.exec(location.hash);
  if (wish) setTheme(wish[1] as 'light' | 'dark');
});
