import { UsageError } from '../../src/wire/protocol/errors.ts'
import { quoted, type Texts } from '../../src/wire/shared/texts.ts'

/** The message of an error, in both languages if it has them. */
export function textsOf(error: unknown): Texts {
  if (error instanceof UsageError) return error.texts
  return quoted(error instanceof Error ? error.message : String(error))
}
