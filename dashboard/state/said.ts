import type { ThingKind } from '../../src/control/formats/thing.ts'
import { plainText } from '../plain-text.ts'
import { language } from './appearance.ts'

/** A text as the mock tells it, in both languages. */
type Texts = ThingKind['title']

export function said(texts: Texts): string
export function said(texts: Texts | undefined): string | undefined
/** What the mock says in both languages, a product of somebody's included, in the page's. */
export function said(texts: Texts | undefined): string | undefined {
  return texts && plainText(texts[language.value])
}
