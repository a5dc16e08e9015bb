import type { Texts } from '../../shared/texts.ts'

/**
 * The store cannot be reached or does not do what it is asked. This is neither an answer of the service nor a bug: doors answer with 503 in
 * plain text that names the mock, and the same call may succeed later. A change under way may or may not have been kept.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
  readonly texts: Texts

  constructor(texts: Texts, options: { cause?: unknown } = {}) {
    super(texts.en, options)
    this.texts = texts
  }
}
