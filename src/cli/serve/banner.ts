import { resolve } from 'node:path'
import { sampleCall } from '../../control/sample-call.ts'
import { type ClockSetting, systemClock } from '../../engine/clock.ts'
import type { KeyMode } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import type { SampleCall } from '../../engine/product.ts'
import { formatInstant } from '../../protocol/instant.ts'
import { signedCall } from '../../shared/curl.ts'
import { shellQuote, singleQuoted } from '../../shared/shell.ts'
import { parseRedisAddress } from '../../stores/redis/address.ts'
import { DEFAULT_DATA_DIRECTORY } from '../data-directory.ts'
import type { Language } from '../language.ts'
import { columnsOf } from '../output.ts'
import { ownCommand } from '../own-command.ts'
import { DEFAULT_URL } from '../running-mock.ts'
import type { Seed } from '../started-mock/read-seed.ts'
import { texts } from './texts.ts'

/** Facts about a server that its banner shows. */
export interface BannerFacts {
  readonly mock: Mock
  readonly url: string
  readonly version: string
  /** Left out for a data file or a store that already has a state. */
  readonly seed?: Seed
  readonly data?: string
  readonly store?: string
  readonly keyMode: KeyMode
  readonly signatureClock: 'mock' | 'machine'
  readonly clock?: Partial<ClockSetting>
  /** Directory of the CA. */
  readonly dataDir: string
}

/** The address of a store without its password, but with its prefix. */
function shownAddress(store: string): string {
  const { shown, prefix } = parseRedisAddress(store)
  return `${shown}?prefix=${prefix}`
}

/** The text for the person who starts the server: its address, an identity to use, next steps, and a call to try. */
export async function banner(facts: BannerFacts, language: Language): Promise<string> {
  const own = texts[language]
  const { mock, url, version, seed, keyMode, signatureClock, clock, dataDir, data, store } = facts
  const { defaultMerchant: merchant, platform } = mock
  const { labels } = own
  const judged = clock !== undefined && signatureClock === 'mock'
  const rows: [label: string, value: string][] = [
    [labels.dashboard, own.dashboard(`${url}/_mock`)],
    [labels.url, url],
    [labels.proxy, own.proxy(url)],
    [labels.authority, resolve(dataDir)],
    [labels.mchid, merchant.mchid],
    [labels.serial, merchant.serialNo],
    [labels.apiV3Key, merchant.apiV3Key],
    ...(keyMode === 'public-key'
      ? []
      : [[labels.platformSerial, platform.certificates[0].serialNo] as [string, string]]),
    ...(keyMode === 'certificate' ? [] : [[labels.publicKeyId, platform.publicKey.serialNo] as [string, string]]),
    [
      labels.seed,
      seed ? (seed.file ?? own.scenario(seed.scenario ?? 'default')) : store === undefined ? own.resumed : own.joined,
    ],
    ...(data === undefined ? [] : [[labels.data, data] as [string, string]]),
    ...(store === undefined ? [] : [[labels.store, shownAddress(store)] as [string, string]]),
    ...(clock
      ? [[labels.clock, own.clockNow(formatInstant(mock.clock.now()), mock.clock.frozen, judged)] as [string, string]]
      : []),
  ]
  const call = curlCommand(await sampleCall(mock), url, judged ? timestampWord(mock) : undefined)
  return [
    own.listening(version),
    '',
    ...table(rows),
    '',
    own.nextTitle,
    ...table(nextCommands(url, dataDir, own.next)),
    '',
    own.tryIt,
    '',
    call,
    '',
    own.stopHint,
    '',
  ].join('\n')
}

function table(rows: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => columnsOf(label))) + 2
  return rows.map(([label, value]) => `  ${label}${' '.repeat(width - columnsOf(label))}${value}`)
}

/** Commands to continue with, each with its purpose. */
function nextCommands(url: string, dataDir: string, labels: (typeof texts)['en']['next']): [string, string][] {
  const own = ownCommand()
  const mock = url === DEFAULT_URL ? '' : ` --url ${shellQuote(url)}`
  // npx finds the program only within its project, and the directory is found there too.
  const isNear = own.startsWith('npx ') && dataDir === DEFAULT_DATA_DIRECTORY
  const directory = isNear ? '' : ` --data-dir ${shellQuote(resolve(dataDir))}`
  return [
    [labels.credentials, `${own} credentials${mock} --help`],
    [labels.ca, `${own} ca${directory}`],
    [labels.explain, `${own} explain${mock} --id 08F7…`],
  ]
}

/**
 * The call for bash and zsh. The body is a variable, since the bytes that are sent and signed must be the same.
 *
 * @param timestamp the time to sign with, as a word of the shell; the shell's own time if left out
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
    // A proxy for the internet cannot reach this machine's loopback.
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

/** The mock's time as a word of the shell: fixed, or the shell's own time with the same offset as the mock's clock. */
function timestampWord({ clock }: Mock): string {
  const now = Math.floor(clock.now() / 1_000)
  return clock.frozen ? String(now) : `$(( $(date +%s) + ${now - Math.floor(systemClock.now() / 1_000)} ))`
}
