import { type SampleCall, sampleCall } from '../../control/sample-call.ts'
import { type ClockSetting, systemClock } from '../../engine/clock.ts'
import type { KeyMode } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { signedCall } from '../../shared/curl.ts'
import { shellQuote, singleQuoted } from '../../shared/shell.ts'
import { parseRedisAddress } from '../../stores/redis/address.ts'
import { DEFAULT_DATA_DIRECTORY } from '../data-directory.ts'
import { ownCommand } from '../own-command.ts'
import { DEFAULT_URL } from '../request-line.ts'
import type { Texts } from '../texts/en.ts'
import type { Seed } from './read-seed.ts'

/** What the banner tells of a server. */
export interface BannerFacts {
  readonly mock: Mock
  readonly url: string
  readonly version: string
  /** Left out for a data file or a store with a state of its own. */
  readonly seed?: Seed
  readonly data?: string
  readonly store?: string
  readonly keyMode: KeyMode
  readonly signatureClock: 'mock' | 'machine'
  readonly clock?: Partial<ClockSetting>
  /** Where the CA is kept. */
  readonly dataDir: string
}

/** The address of a store without its password, and with its prefix. */
function shownAddress(store: string): string {
  const { shown, prefix } = parseRedisAddress(store)
  return `${shown}?prefix=${prefix}`
}

/** What a person sees who starts the server: where it is, who to be, and a call to try. */
export async function banner(
  facts: BannerFacts,
  { serve, data: dataTexts, store: storeTexts }: Texts,
): Promise<string> {
  const { mock, url, version, seed, keyMode, signatureClock, clock, dataDir, data, store } = facts
  const { defaultMerchant: merchant, platform } = mock
  const { labels } = serve
  const judged = clock !== undefined && signatureClock === 'mock'
  const caOptions = dataDir === DEFAULT_DATA_DIRECTORY ? '' : ` --data-dir ${shellQuote(dataDir)}`
  const rows: [label: string, value: string][] = [
    [labels.url, url],
    [labels.control, `${url}/_mock`],
    [labels.proxy, serve.proxyHint(url, `${ownCommand()} ca${caOptions}`)],
    [labels.mchid, merchant.mchid],
    [labels.serial, merchant.serialNo],
    [labels.apiV3Key, merchant.apiV3Key],
    ...(keyMode === 'public-key'
      ? []
      : [[labels.platformSerial, platform.certificates[0].serialNo] as [string, string]]),
    ...(keyMode === 'certificate' ? [] : [[labels.publicKeyId, platform.publicKey.serialNo] as [string, string]]),
    [
      labels.seed,
      seed
        ? (seed.file ?? serve.scenario(seed.scenario ?? 'default'))
        : store === undefined
          ? dataTexts.resumed
          : storeTexts.joined,
    ],
    ...(data === undefined ? [] : [[dataTexts.label, data] as [string, string]]),
    ...(store === undefined ? [] : [[storeTexts.label, shownAddress(store)] as [string, string]]),
    ...(clock
      ? [[labels.clock, serve.clockNow(formatInstant(mock.clock.now()), mock.clock.frozen, judged)] as [string, string]]
      : []),
  ]
  const width = Math.max(...rows.map(([label]) => widthOf(label))) + 2
  const table = rows.map(([label, value]) => `  ${label}${' '.repeat(width - widthOf(label))}${value}`)
  const call = curlCommand(await sampleCall(mock), url, judged ? timestampWord(mock) : undefined)
  return [
    serve.listening(version),
    '',
    ...table,
    '',
    serve.credentialsHint(
      `${ownCommand()} credentials${url === DEFAULT_URL ? '' : ` --url ${shellQuote(url)}`} --help`,
    ),
    serve.tryIt,
    '',
    call,
    '',
    serve.stopHint,
    '',
  ].join('\n')
}

/** Columns on a terminal: Chinese characters take two. */
function widthOf(text: string): number {
  return [...text].reduce((width, character) => width + (/[\u2e80-\uffef]/.test(character) ? 2 : 1), 0)
}

/**
 * The call as bash and zsh take it. The body is a variable, since it is sent and signed, and has to be the same in both.
 *
 * @param timestamp what to sign with as the time, as a word of the shell; the shell's own time if left out
 */
function curlCommand({ method, path, body }: SampleCall, url: string, timestamp: string | undefined): string {
  const signed = [
    ownCommand(),
    'sign',
    method,
    shellQuote(path),
    ...(body === undefined ? [] : ['--body "$body"']),
    ...(timestamp === undefined ? [] : [`--timestamp ${timestamp}`]),
  ].join(' ')
  const call = signedCall({
    // A proxy that is meant for the internet would not find this machine.
    options: proxied() ? ["--noproxy '*'"] : [],
    url: singleQuoted(url + path),
    authorization: `"Authorization: $(${signed})"`,
    data: body === undefined ? undefined : '--data-raw "$body"',
  })
  return body === undefined ? call : `body=${shellQuote(body)}\n${call}`
}

function proxied(): boolean {
  return ['http_proxy', 'all_proxy', 'ALL_PROXY'].some((name) => Boolean(process.env[name]))
}

/** The mock's time in the shell: fixed, or the shell's own moved by as much as the mock's clock is. */
function timestampWord({ clock }: Mock): string {
  const now = Math.floor(clock.now() / 1_000)
  return clock.frozen ? String(now) : `$(( $(date +%s) + ${now - Math.floor(systemClock.now() / 1_000)} ))`
}
