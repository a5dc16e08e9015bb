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
