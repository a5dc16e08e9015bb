import { jsonFault } from '../../src/wire/shared/texts.ts'
import { language } from './appearance.ts'

/**
 * Parses typed JSON. The mock itself refuses JSON of the wrong kind.
 *
 * @param unfit a sentence about text that is not JSON
 */
export function typedJson(text: string, unfit: (reason: string) => string) {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Browsers report it in English.
    throw new Error(unfit(jsonFault(error.message)[language.value]), { cause: error })
  }
}
