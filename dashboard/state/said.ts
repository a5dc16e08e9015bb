import { plainText } from '../../src/browser/texts.ts'
import type { ThingKind } from '../../src/control/formats/thing.ts'
import { language } from './appearance.ts'

/** A text from the mock, in both languages. */
type Texts = ThingKind['title']

export function said(texts: Texts): string
export function said(texts: Texts | undefined): string | undefined
/** A text from the mock or a custom product, in the page's language. */
export function said(texts: Texts | undefined): string | undefined {
  return texts && plainText(texts[language.value])
}
