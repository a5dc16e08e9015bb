import { InvalidArgumentError, type Option } from 'commander'
import { nearestWord } from '../wire/shared/texts.ts'
import { type CliCommand, usageError } from './command.ts'
import { commonTexts } from './texts.ts'

const PREFIX = 'WECHATPAY_MOCK_'
const YES = ['1', 'true', 'yes', 'on']
const NO = ['0', 'false', 'no', 'off']

/** Variables of `serve` that may be set where `run` is started, and the reverse; and the one that tells programs where a mock is. */
const ELSEWHERE = ['HOST', 'CONTROL_TOKEN', 'QUIET', 'LOG', 'VERBOSE', 'URL']
/** Variables that Kubernetes adds to each pod beside a service named wechatpay-mock. */
const OF_KUBERNETES = /^(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP)(?:_(?:PROTO|PORT|ADDR))?)$/
const ADDRESS_OF_KUBERNETES = /^(?:tcp|udp):\/\//

/**
 * Takes options that the command line left out from their environment variables, such as `--key-mode` from
 * `WECHATPAY_MOCK_KEY_MODE`. An empty variable counts as unset: Docker and CI systems pass on unset ones as empty.
 *
 * @throws UsageError that names the variable, for one that does not exist and for a value its option does not take
 */
export function fillFromEnvironment(command: CliCommand): void {
  refuseUnknown(command)
  fill(command, command.options)
}

/** Takes some options from their environment variables, and looks at no others. @throws UsageError as {@link fillFromEnvironment} */
export function fillSomeFromEnvironment(command: CliCommand, names: readonly string[]): void {
  fill(
    command,
    command.options.filter((option) => names.includes(option.attributeName())),
  )
}

function refuseUnknown(command: CliCommand): void {
  const known = [...command.options.map(variableOf), ...ELSEWHERE.map((name) => PREFIX + name)]
  for (const [variable, text] of Object.entries(process.env)) {
    const name = variable.slice(PREFIX.length)
    if (!variable.toUpperCase().startsWith(PREFIX) || !text || known.includes(variable)) continue
    if (OF_KUBERNETES.test(name)) continue
    const meant = nearestWord(
      name,
      known.map((one) => one.slice(PREFIX.length)),
    )
    const { wrongUse } = commonTexts[command.language]
    command.refuse(wrongUse.unknownVariable(variable, meant && PREFIX + meant))
  }
}

function fill(command: CliCommand, options: readonly Option[]): void {
  const { wrongUse } = commonTexts[command.language]
  for (const option of options) {
    const name = option.attributeName()
    const variable = variableOf(option)
    const text = process.env[variable]
    if (!text || command.getOptionValueSource(name) === 'cli') continue
    if (name === 'port' && ADDRESS_OF_KUBERNETES.test(text)) continue
    const value = option.required ? parse(option, text) : readFlag(text)
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

/** Parses a yes or a no; `undefined` for anything else. */
export function readFlag(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return YES.includes(word) ? true : NO.includes(word) ? false : undefined
}

/** Takes `--url` from `WECHATPAY_MOCK_URL` if the command line left it out. @throws UsageError as {@link fillFromEnvironment} */
export function fillUrlFromEnvironment(command: CliCommand): void {
  fillSomeFromEnvironment(command, ['url'])
}
