import { UsageError } from '../../src/protocol/errors.ts'
import { quoted, type Texts } from '../../src/shared/texts.ts'

/** What an error says, in both languages where it has them. */
export function textsOf(error: unknown): Texts {
  if (error instanceof UsageError) return error.texts
  return quoted(error instanceof Error ? error.message : String(error))
}
