/** A page of things, the newest first. */
export interface Page<Thing> {
  readonly items: Thing[]
  /** `cursor` of the page behind; left out on the last one. */
  readonly next?: string
  /** How many fit, on all pages. */
  readonly total: number
}

/** Which page is meant; the first 50 things if all is left out. */
export interface PageRequest {
  /** Only what has this text somewhere, in upper or lower case. */
  readonly text?: string
  /** `next` of the page before. */
  readonly cursor?: string
  /** 500 at most. */
  readonly limit?: number
}
