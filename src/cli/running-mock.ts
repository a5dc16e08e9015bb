import { InvalidArgumentError, type Option } from 'commander'
import type { CredentialsJson } from '../control/answer-format.ts'
import type { MockControl } from '../mock-control.ts'
import { UsageError, type UsageErrorCode } from '../wire/protocol/errors.ts'
import type { Awaitable } from '../wire/shared/pieces.ts'
import { usageError } from './command.ts'
import { option, textLike } from './options.ts'
import { oneLine, print, printJson, warn } from './output.ts'
import { commonTexts, type Language } from './texts.ts'

/** Port of a server that was started without options. */
export const DEFAULT_PORT = 8089

/** Address of such a server. */
export const DEFAULT_URL = `http://127.0.0.1:${DEFAULT_PORT}`

const ALL_ADDRESSES = ['0.0.0.0', '::']

/**
 * Address of the mock that the environment names: `WECHATPAY_MOCK_URL`, or else where `serve` listens with the same `WECHATPAY_MOCK_PORT` and
 * `WECHATPAY_MOCK_HOST`. A variable that `serve` would refuse counts as unset.
 */
export function urlHere(): string {
  const { WECHATPAY_MOCK_URL: url = '', WECHATPAY_MOCK_HOST: host = '', WECHATPAY_MOCK_PORT: port = '' } = process.env
  const name = host === '' || ALL_ADDRESSES.includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  const number = /^\d+$/.test(port) && Number(port) > 0 ? port : DEFAULT_PORT
  return (URL.parse(url) ?? URL.parse(`http://${name}:${number}`))?.origin ?? DEFAULT_URL
}

/** `--url`, the address of a running mock, or of another server: scheme, host and port, without a path. */
export function urlOption(description: string, language: Language): Option {
  return originOption('--url <url>', description, commonTexts[language].runningMock.urlExpected)
}

/** An option with the address of a server, without a path. */
export function originOption(flags: string, description: string, expected: string): Option {
  return option(flags, description, (text) => {
    const url = URL.parse(text)
    const bare = url && ['http:', 'https:'].includes(url.protocol) && url.pathname === '/' && !url.search && !url.hash
    if (!bare) throw new InvalidArgumentError(expected)
    return url.origin
  })
}

/** `--mchid`, the number of one of its merchants. */
export function mchidOption(description: string, language: Language): Option {
  return option(
    '--mchid <number>',
    description,
    textLike(/^\d{8,15}$/, commonTexts[language].runningMock.mchidExpected),
  )
}

/** The control API of the mock at `url`. Sends nothing yet. */
export async function connect(url: string, token: string | undefined, language: Language): Promise<MockControl> {
  const { connectControl } = await import('../mock-control.ts')
  return connectControl(url, { language, ...(token !== undefined && { token }) })
}

/** Text about a mock that did not answer, or refused. */
export function troubleWith(url: string, error: UsageError, language: Language): string {
  const { noMockAt, refusedAt } = commonTexts[language].runningMock
  return error.code === 'MOCK_UNREACHABLE' ? noMockAt(url) : refusedAt(url, refusalText(error, language))
}

export interface Answered {
  readonly json: unknown
  lines(): Awaitable<readonly string[]>
}

interface Asked {
  /** {@link urlHere} if left out. */
  readonly url?: string | undefined
  readonly controlToken?: string | undefined
  /** Whether the answer is printed as JSON. */
  readonly json?: boolean | undefined
}

/**
 * Has a running mock do something, and prints its answer. A refusal whose code is in `no`, such as one of a thing in the wrong state, is printed
 * too, and the exit code is 1.
 *
 * @param refusal text for such a refusal. Default: the mock's own
 * @throws UsageError when no mock answers at the URL, or it refuses for another reason
 */
export async function askRunningMock(
  { url = urlHere(), controlToken, json = false }: Asked,
  language: Language,
  no: readonly UsageErrorCode[],
  ask: (control: MockControl) => Promise<Answered>,
  refusal: (control: MockControl, error: UsageError) => Awaitable<string> = (_, error) => refusalText(error, language),
): Promise<void> {
  const control = await connect(url, controlToken, language)
  try {
    const answered = await ask(control)
    if (json) await printJson(answered.json)
    else await print((await answered.lines()).map((line) => `${oneLine(line)}\n`).join(''))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { code } = error
    if (!no.includes(code)) throw usageError(troubleWith(url, error, language), error)
    const message = await refusal(control, error)
    process.exitCode = 1
    if (json) await printJson({ code, message })
    else warn(message)
  }
}

/**
 * Asks what answers at an address, a mock or not.
 *
 * @param ask throws anything but a UsageError if the answer is not that of a mock
 * @throws UsageError when no mock answers there, or it refuses
 */
export async function askAt<Answer>(
  url: string,
  token: string | undefined,
  language: Language,
  ask: (control: MockControl) => Promise<Answer>,
  noMockAt = commonTexts[language].runningMock.noMockAt,
): Promise<Answer> {
  const control = await connect(url, token, language)
  try {
    return await ask(control)
  } catch (error) {
    if (!(error instanceof UsageError) || error.code === 'MOCK_UNREACHABLE') throw usageError(noMockAt(url), error)
    throw usageError(troubleWith(url, error, language), error)
  }
}

/** Asks a running mock for the credentials of a merchant. @throws UsageError when no mock answers at the URL, or it refuses */
export async function fetchCredentials(
  url: string,
  { mchid, token }: { mchid: string | undefined; token: string | undefined },
  language: Language,
  noMockAt?: (url: string) => string,
): Promise<CredentialsJson> {
  const { credentialsJson } = await import('../control/answer-format.ts')
  const ask = async (control: MockControl): Promise<CredentialsJson> => {
    const credentials = credentialsJson.parse(await control.credentials(mchid))
    if (!isPlain(credentials)) throw new TypeError('These are no credentials of a mock.')
    return { ...credentials, base_url: url }
  }
  return askAt(url, token, language, ask, noMockAt)
}

/** The mock's text of a refusal, with the query parameters of its call replaced by options of this program. */
export function refusalText({ texts }: UsageError, language: Language): string {
  return texts[language].replace('?mchid=', '--mchid')
}

/** Whether numbers and keys consist of word characters, as WeChat Pay's do, and so are safe in programs, shells and file names. */
function isPlain({
  mchid,
  merchant_serial_no,
  api_v3_key,
  platform_certificates,
  platform_public_key,
}: CredentialsJson): boolean {
  const words = [
    mchid,
    merchant_serial_no,
    api_v3_key,
    ...platform_certificates.map(({ serial_no }) => serial_no),
    ...(platform_public_key ? [platform_public_key.id] : []),
  ]
  return words.every((word) => /^\w+$/.test(word))
}
