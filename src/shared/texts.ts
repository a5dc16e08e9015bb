/** A text in both languages of the user interface. */
export interface Texts {
  readonly en: string
  readonly zh: string
}

/** Another program's words, the same in both languages. */
export function quoted(words: string): Texts {
  return { en: words, zh: words }
}

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** A text built in the same way for each language. */
export function inBoth(say: (language: Language) => string): Texts {
  return { en: say('en'), zh: say('zh') }
}

/** Joins words the way the language writes a list. */
export function listed(words: readonly string[], language: Language): string {
  return words.join(language === 'zh' ? '、' : ', ')
}

/** Joins sentences. */
export function sentences(texts: readonly Texts[]): Texts {
  return { en: texts.map(({ en }) => en).join(' '), zh: texts.map(({ zh }) => zh).join('') }
}
