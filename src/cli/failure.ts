import { UsageError, type UsageErrorCode } from '../wire/protocol/errors.ts'
import { readFlag } from './environment.ts'
import { oneLine, warn } from './output.ts'
import { commonTexts, type Language } from './texts.ts'

interface Failure {
  /** Stable, for scripts. */
  readonly code: UsageErrorCode
  readonly message: string
  /** The offending value, as a JSON pointer into the input. */
  readonly path?: string
}

/** Reports on standard error why a command failed: as a line, or as one JSON object. */
export function reportFailure({ code, message, path }: Failure, json: boolean): void {
  if (json) process.stderr.write(`${JSON.stringify({ code, message: oneLine(message), ...(path && { path }) })}\n`)
  else warn(message)
}

export function reportBug(
  error: unknown,
  { json, language }: { readonly json: boolean; readonly language: Language },
): void {
  const { bug } = commonTexts[language]
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (json) process.stderr.write(`${JSON.stringify({ code: 'MOCK_BUG', message: `${bug} ${message}`, stack })}\n`)
  else process.stderr.write(`wechatpay-mock: ${bug}\n${stack}\n`)
}

/** A usage error as a failure: its innermost cause has the most exact code and path. */
export function failureOf(error: UsageError, language: Language): Failure {
  let { code, path, cause } = error
  for (; cause instanceof UsageError; cause = cause.cause) {
    code = cause.code
    path = cause.path || path
  }
  return { code, message: error.texts[language], path }
}

/** Commands whose `--json`, like their other options, can also be set by a variable. */
const FROM_ENVIRONMENT: readonly (string | undefined)[] = ['serve', 'run', undefined]

/**
 * Whether errors are printed as JSON. Must be known before the arguments are parsed, since parsing may already fail.
 *
 * @param command left out if the arguments name none
 */
export function wantsJson(
  args: readonly string[],
  command: string | undefined,
  environment: NodeJS.ProcessEnv,
): boolean {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args
  const fromEnvironment = FROM_ENVIRONMENT.includes(command) && readFlag(environment.WECHATPAY_MOCK_JSON ?? '')
  return own.includes('--json') || fromEnvironment === true
}
