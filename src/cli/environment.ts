import { InvalidArgumentError, type Option } from 'commander'
import { type CliCommand, usageError } from './command.ts'
import { commonTexts } from './texts.ts'

const PREFIX = 'WECHATPAY_MOCK_'
const YES = ['1', 'true', 'yes', 'on']
const NO = ['0', 'false', 'no', 'off']

/**
 * Takes options that the command line left out from their environment variables, such as `--key-mode` from
 * `WECHATPAY_MOCK_KEY_MODE`. An empty variable counts as unset: Docker and CI systems pass on unset ones as empty.
 *
 * @param only names of the options that have a variable, as in `opts()`; all if left out
 * @throws UsageError that names the variable, for a value its option does not take
 */
export function fillFromEnvironment(command: CliCommand, only?: readonly string[]): void {
  const { wrongUse } = commonTexts[command.language]
  for (const option of command.options) {
    const name = option.attributeName()
    const variable = variableOf(option)
    const text = process.env[variable]
    if (only && !only.includes(name)) continue
    if (!text || name === 'lang' || command.getOptionValueSource(name) === 'cli') continue
    const value = option.required ? parse(option, text) : flag(text)
    if (value instanceof InvalidArgumentError) throw usageError(wrongUse.badVariable(variable, text, value.message))
    if (value === undefined) throw usageError(wrongUse.badVariable(variable, text, wrongUse.oneOf('1, 0')))
    command.setOptionValueWithSource(name, value, 'env')
  }
}

function variableOf({ long }: Option): string {
  return PREFIX + (long ?? '').slice(2).replaceAll('-', '_').toUpperCase()
}

function parse(option: Option, text: string): unknown {
  try {
    return option.parseArg ? option.parseArg<unknown>(text, undefined) : text
  } catch (error) {
    if (error instanceof InvalidArgumentError) return error
    throw error
  }
}

function flag(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined
}

/** Takes `--url` from `WECHATPAY_MOCK_URL` where the command line left it out. @throws UsageError as {@link fillFromEnvironment} */
export function fillUrlFromEnvironment(command: CliCommand): void {
  fillFromEnvironment(command, ['url'])
}
