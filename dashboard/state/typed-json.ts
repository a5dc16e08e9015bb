import { jsonFault } from '../../src/shared/json-fault.ts'
import { language } from './appearance.ts'

/**
 * What somebody has typed as JSON; what is JSON but not what is wanted, the mock refuses.
 *
 * @param unfit says in a sentence what is wrong with a text that is none
 */
export function typedJson(text: string, unfit: (reason: string) => string) {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    // Browsers say it in English.
    throw new Error(unfit(jsonFault(error.message)[language.value]), { cause: error })
  }
}
