import type { Host } from '../host.js';
import { ask } from './prompt.js';
import { errorScreen, layOut } from './screen.js';
import { asName, type Text } from './text.js';

/**
 * Lets the user choose by number.
 * @returns the index of the choice; undefined if there is no terminal
 * @throws {InterruptedError} as {@link ask} does
 */
export async function askForChoice(
  host: Host,
  question: string,
  choices: readonly Text[],
): Promise<number | undefined> {
  const numbered = choices.map((choice, i): Text => [`  ${i + 1}. `, choice]);
  const screen = errorScreen(host);
  let text = layOut([asName(question), ...numbered], screen);
  for (;;) {
    const answer = await ask(host, { text: `${text}Number (1-${choices.length}): `, isShown: true });
    if (answer === undefined) return undefined;
    const number = Number(answer.trim());
    if (Number.isInteger(number) && number >= 1 && number <= choices.length) return number - 1;
    text = '';
  }
}
