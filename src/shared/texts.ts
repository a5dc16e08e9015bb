/** A text in the two languages that people are told things in. */
export interface Texts {
  readonly en: string
  readonly zh: string
}
