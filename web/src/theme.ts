/** Colours live in style.css as custom properties; canvases ask here and draw again when they change. */

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

/** Colours come round again after six; from then on lines are dashed. */
export const again = (k: number) => k >= 6;

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
