/** A text in both languages of the user interface. */
export interface Texts {
  readonly en: string
  readonly zh: string
}

/** Another program's words, which stay as they are. */
export function quoted(words: string): Texts {
  return { en: words, zh: words }
}

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text whose parts differ between the languages in the same way, made once for each. */
export function inBoth(say: (language: Language) => string): Texts {
  return { en: say('en'), zh: say('zh') }
}

/** Puts sentences one behind the other. */
export function sentences(texts: readonly Texts[]): Texts {
  return { en: texts.map(({ en }) => en).join(' '), zh: texts.map(({ zh }) => zh).join('') }
}
