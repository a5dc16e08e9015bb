import { UsageError } from '../protocol/errors.ts'

/** The command line is used wrongly: one line on standard error and exit code 2. */
export function usageError(message: string, cause?: unknown): UsageError {
  return new UsageError('MOCK_COMMAND_LINE', message, { cause })
}
