import type { Texts } from './texts.ts'

/** A text that a user sees on the phone, with the reason for the developer behind it. */
export function behind(shown: string, { en, zh }: Texts): Texts {
  return { en: `${shown}: ${en}`, zh: `${shown}：${zh}` }
}

/** Takes a text of {@link behind} apart; the first of the texts that users see stands in for one that has none. */
export function apart(
  text: string,
  [usual, ...others]: readonly [string, ...string[]],
): { readonly shown: string; readonly why: string } {
  const shown = [usual, ...others].find((one) => text.startsWith(one))
  if (shown === undefined) return { shown: usual, why: text }
  return { shown, why: text.slice(shown.length).replace(/^[:：]\s*/, '') }
}
