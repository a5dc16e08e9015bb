import type { Texts } from '../shared/texts.ts'

/** Why an exchange does not become an interaction. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
  readonly texts: Texts

  constructor(texts: Texts) {
    super(texts.en)
    this.texts = texts
  }
}
