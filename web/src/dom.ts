export type Child = Node | string | number | null | undefined | false;

/** An element with attributes and children; `class`, `data-*`, `aria-*` as attributes, functions as listeners. */
export function h(
  tag: string,
  attributes: Record<string, unknown> = {},
  ...children: (Child | Child[])[]
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === 'function') element.addEventListener(name, value as EventListener);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

export function svg(
  tag: string,
  attributes: Record<string, string | number | null | undefined> = {},
  ...children: (Node | string)[]
): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null && value !== undefined) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

function add(element: HTMLElement, children: (Child | Child[])[]): void {
  for (const child of children.flat())
    if (child !== null && child !== undefined && child !== false)
      element.append(child instanceof Node ? child : String(child));
}

let ruler: CanvasRenderingContext2D | null = null;
/** Width of a text in CSS pixels, in the page's font. */
export function textWidth(text: string, size: number, weight = 400): number {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return text.length * size * 0.6;
  ruler.font = `${weight} ${size}px ${getComputedStyle(document.documentElement).fontFamily}`;
  return ruler.measureText(text).width;
}

/** As much of a text as fits a width, with an ellipsis where it was cut. */
export function fit(text: string, width: number, size = 11, weight = 400): string {
  if (textWidth(text, size, weight) <= width) return text;
  let cut = text;
  while (cut.length > 1 && textWidth(`${cut}…`, size, weight) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** A text in lines of at most a width, broken at blanks. */
export function wrapped(text: string, width: number, size = 11, weight = 400): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length && textWidth(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => fit(line, width, size, weight));
}

/** One floating box for all hover values of the page. */
export class Tip {
  private readonly box = h('div', { class: 'tip', role: 'status', hidden: true });
  constructor() {
    document.body.append(this.box);
  }
  show(clientX: number, clientY: number, ...lines: (Child | Child[])[]): void {
    this.box.replaceChildren();
    add(this.box, lines);
    this.box.hidden = false;
    const { width, height } = this.box.getBoundingClientRect();
    const left = clientX + 14 + width > innerWidth - 8 ? clientX - 14 - width : clientX + 14;
    const top = Math.min(clientY + 14, innerHeight - height - 8);
    this.box.style.transform = `translate(${Math.max(8, left)}px, ${Math.max(8, top)}px)`;
  }
  hide(): void {
    this.box.hidden = true;
  }
}
