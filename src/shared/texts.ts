/** A text in both languages of the user interface. */
export interface Texts {
  readonly en: string
  readonly zh: string
}

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]
