import type { Texts } from '../../shared/texts.ts'

/** A word of the service with what it means. */
export function withMeaning<Word extends string>(word: Word, meanings: Readonly<Record<Word, Texts>>): Texts {
  const { en, zh } = meanings[word]
  return { en: `${word}: ${en}`, zh: `${word} ${zh}` }
}
