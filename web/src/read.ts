import type { Page } from './data';
import type { Trial } from './program';
import { trialPage } from './trial_page';

/** By format: how what the program writes becomes a page. `bridge7-page/1` is one already. */
const formats: Record<string, (data: never) => Page> = {
  'bridge7-page/1': (data: Page) => data,
  'bridge7-trial/1': (data: Trial) => trialPage(data),
};

/** The page of the data in an element, or a sentence that says why there is none. */
export function readPage(element: HTMLElement | null): Page | string {
  const text = element?.textContent?.trim() ?? '';
  if (!text.startsWith('{'))
    return 'This is the empty report page of bridge7; the program fills it with data.';
  let data: { format?: string };
  try {
    data = JSON.parse(text);
  } catch (error) {
    return `The data of this report cannot be read: ${(error as Error).message}.`;
  }
  const make = formats[data.format ?? ''];
  if (!make)
    return `The data of this report has the format “${data.format}”; this page reads ${Object.keys(formats).join(', ')}.`;
  return make(data as never);
}
