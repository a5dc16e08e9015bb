import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Observation, ObservedInteraction } from '../../../contracts/kit/observe-pacts.ts'
import type { PactToVerify } from '../../../contracts/kit/pact-sources.ts'
import type { PlatformKey } from '../../../contracts/kit/recorded-signatures.ts'
import { type LiveDifference, proposedCorrections } from '../../catalogue/live-differences.ts'
import { packageFolder } from '../../control/package-files.ts'
import { systemClock } from '../../engine/clock.ts'
import { RECORDING_BYTES, type Recording, readRecording } from '../../traffic/recording/read-recording.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { makeDirectory } from '../../wire/shared/make-directory.ts'
import { listed } from '../../wire/shared/texts.ts'
import { defines, usageError } from '../command.ts'
import { nameOf, readUpTo, unwritable } from '../files.ts'
import { option, textLike } from '../options.ts'
import { oneLine, print, printJson } from '../output.ts'
import type { Language } from '../texts.ts'
import { readVerificationKey } from '../verification.ts'
import { addBrokerOptions, type BrokerOptions, brokerIn, isAddress } from './broker-options.ts'
import { type ObservationJson, observationReport } from './observation-report.ts'
import * as verify from './verify.ts'

const en = {
  summary: 'hold contracts against recorded traffic of the live service',
  description:
    "Holds pacts against a shop's own recorded traffic, HAR or the logs of its SDK: says of each interaction whether it was seen, and as the contract says. Says too what the live service has otherwise than the mock. Sends nothing anywhere but to a broker that was named with --publish, and shows no texts of customers, orders or keys. Exit code 1 when something was seen otherwise, or nothing was seen, 2 for what cannot be read.",
  files: 'pact files, directories of them, or their addresses (http…)',
  from: 'recordings: HAR, or logs of wechatpay-java (OkHttp), Go, PHP (Guzzle), axios or curl -v; - is standard input',
  publicKey: "the platform's public key, to check the signatures of answers and callbacks",
  publicKeyId: 'its id, PUB_KEY_ID_…',
  certificate: "the platform's certificate, in place of a public key",
  apiV3Key:
    'APIv3 key, to open callbacks; better in WECHATPAY_API_V3_KEY, since others on this machine can see command lines',
  all: 'fail for interactions that were not seen too',
  overlay: 'write what the live service has otherwise into this file, as proposals for the catalogue',
  provider: 'name of the provider in the pacts',
  after: `wechatpay-mock pact observe pacts/my-shop-wechatpay.json --from shop.har
wechatpay-mock pact observe pacts --from shop.log --public-key pub_key.pem --overlay live.json
wechatpay-mock pact observe --broker https://broker.example.com --from shop.har --publish`,
  fromNeeded: 'Say what was recorded: --from FILE',
  oneKey: 'Give a --public-key or a --certificate, not both',
  idAlone: '--public-key-id needs --public-key',
  idExpected: 'an id like PUB_KEY_ID_0114232134912410000000000000',
  wrongKey: (messages: number, serials: string): string =>
    `None of the ${messages} signatures was made with this key. They name ${serials}: PUB_KEY_ID_… is the platform's public key (--public-key, --public-key-id), another serial a certificate of the platform (--certificate). A key of the merchant signs no answer.`,
  failed: (message: string): string => `The recording could not be compared: ${message}`,
}

const zh: typeof en = {
  summary: '用正式环境的流量记录核对契约',
  description:
    '用商户自己录制的流量（HAR 或 SDK 日志）核对契约：每条交互是否出现过，是否与契约一致；并指出正式环境与模拟服务的不同。除了用 --publish 指明的 Broker，不向任何地方发送数据；不显示用户、订单和密钥的内容。有不一致或一条都没有出现时，退出码为 1；无法读取时为 2。',
  files: '契约文件、目录或地址（http…）',
  from: '流量记录：HAR，或 wechatpay-java（OkHttp）、Go、PHP（Guzzle）、axios、curl -v 的日志；- 表示标准输入',
  publicKey: '微信支付公钥，用来验证应答和回调的签名',
  publicKeyId: '公钥 ID，PUB_KEY_ID_…',
  certificate: '微信支付平台证书，用来代替公钥',
  apiV3Key: 'APIv3 密钥，用来解密回调；本机其他人能看到命令行，最好用 WECHATPAY_API_V3_KEY',
  all: '有交互没有出现时也算失败',
  overlay: '把正式环境的不同之处写入此文件，作为修正接口资料的建议',
  provider: '契约中提供方的名称',
  after: en.after,
  fromNeeded: '请写明流量记录：--from FILE',
  oneKey: '--public-key 与 --certificate 只能选其一',
  idAlone: '--public-key-id 需要与 --public-key 一起使用',
  idExpected: '应为公钥 ID，如 PUB_KEY_ID_0114232134912410000000000000',
  wrongKey: (messages, serials) =>
    `${messages} 个签名均无法用该密钥验签通过。报文中的序列号是 ${serials}：PUB_KEY_ID_… 对应微信支付公钥（--public-key、--public-key-id），其他序列号对应平台证书（--certificate）；商户的密钥不用于应答签名`,
  failed: (message) => `无法比对流量记录：${message}`,
}

export const texts = { en, zh }

interface PactObserveOptions extends Omit<BrokerOptions, 'publish' | 'providerVersion'> {
  readonly from?: readonly string[]
  readonly publicKey?: string
  readonly publicKeyId?: string
  readonly certificate?: string
  readonly apiV3Key?: string
  readonly all?: boolean
  readonly overlay?: string
  readonly provider: string
  /** `true` without a version. */
  readonly publish?: string | true
  readonly json?: boolean
}

export const define = defines(texts, (command, own, language) => {
  command
    .argument('[files...]', own.files)
    .option('--from <file...>', own.from)
    .option('--public-key <file>', own.publicKey)
    .addOption(option('--public-key-id <id>', own.publicKeyId, textLike(/^PUB_KEY_ID_\w{1,64}$/, own.idExpected)))
    .option('--certificate <file>', own.certificate)
    .option('--api-v3-key <key>', own.apiV3Key)
    .option('--all', own.all)
    .option('--overlay <file>', own.overlay)
    .option('--provider <name>', own.provider, 'wechatpay')
  addBrokerOptions(command, 'live')
  command.action((files: readonly string[]) => observe(files, command.opts<PactObserveOptions>(), language))
})

async function observe(files: readonly string[], options: PactObserveOptions, language: Language): Promise<void> {
  const own = texts[language]
  const { from = [], publish, all = false, overlay, json } = options
  if (packageFolder() === undefined) throw usageError(verify.texts[language].notInBinary)
  if (from.length === 0) throw usageError(own.fromNeeded)
  const keys = await keysIn(options, language)
  const recordings: { file: string; recording: Recording }[] = []
  for (const file of from)
    recordings.push({ file: nameOf(file, language), recording: await recordingIn(file, language) })

  const found = recordings.map(({ recording }) => recording)
  const { pacts, broker } = await pactsIn(files, options, found, language)
  const observation = await observed(pacts, found, { keys, apiV3Key: options.apiV3Key }, language)
  const { signatures } = observation
  if (signatures && signatures.wrong.length > 0 && signatures.right + signatures.probes === 0) {
    throw usageError(own.wrongKey(signatures.wrong.length, oneLine(listed(signatures.serials, language))))
  }
  const published = publish && (await publishResults(pacts, observation, broker, all))
  const result: ObservationJson = {
    ok: isKept(observation, observation.interactions, all),
    recordings: recordings.map(({ file, recording: { formats, others, unread, exchanges } }) => {
      const calls = exchanges.filter(({ kind }) => kind === 'call').length
      return { file, formats, calls, callbacks: exchanges.length - calls, others, unread }
    }),
    ...observation,
    ...(published && { published }),
  }
  if (!result.ok) process.exitCode = 1
  await (json ? printJson(result) : print(observationReport(result, language)))
  if (overlay !== undefined) await writeOverlay(overlay, observation.differences, found, language)
}

/** Whether something was seen, nothing otherwise or wrongly signed, and everything if that is asked for. */
function isKept({ signatures }: Observation, interactions: readonly ObservedInteraction[], all: boolean): boolean {
  if (signatures && signatures.wrong.length > 0) return false
  const counted = (verdict: ObservedInteraction['verdict']) =>
    interactions.filter((one) => one.verdict === verdict).length
  return counted('otherwise') === 0 && counted('as_contract') > 0 && !(all && counted('not_seen') > 0)
}

async function keysIn(options: PactObserveOptions, language: Language): Promise<readonly PlatformKey[]> {
  const { publicKey, publicKeyId, certificate } = options
  const own = texts[language]
  if (publicKey !== undefined && certificate !== undefined) throw usageError(own.oneKey)
  if (publicKeyId !== undefined && publicKey === undefined) throw usageError(own.idAlone)
  const file = publicKey ?? certificate
  if (file === undefined) return []
  const key = await readVerificationKey(file, language)
  return [{ ...key, ...(publicKeyId !== undefined && { serialNo: publicKeyId }) }]
}

async function recordingIn(file: string, language: Language): Promise<Recording> {
  const bytes = await readUpTo(file, RECORDING_BYTES, language)
  try {
    return readRecording(bytes, nameOf(file, language))
  } catch (error) {
    if (error instanceof UsageError) throw usageError(error.texts[language], error)
    throw error
  }
}

async function pactsIn(
  files: readonly string[],
  { publish, ...options }: PactObserveOptions,
  recordings: readonly Recording[],
  language: Language,
) {
  const version = publish === true ? `live-${dayOf(recordings)}` : publish
  // The live service is on no branch of the one who looks at it.
  const { providerVersionBranch: _, ...broker } = await brokerIn(
    { ...options, ...(version !== undefined && { publish: version }) },
    files,
    language,
  )
  const { findPacts } = await import('../../../contracts/kit/pact-sources.ts')
  const named = { ...broker, providerVersionBranch: options.providerBranch }
  const { pacts } = await findPacts({
    pactFiles: files.filter((file) => !isAddress(file)),
    pactUrls: files.filter(isAddress),
    broker: named,
    provider: options.provider,
    consumers: undefined,
    allowEmpty: false,
  })
  return { pacts, broker: named }
}

/** The day of the last exchange in China, or today's. */
function dayOf(recordings: readonly Recording[]): string {
  const times = recordings.flatMap(({ exchanges }) => exchanges.flatMap(({ at }) => at ?? []))
  return formatInstant(times.length === 0 ? systemClock.now() : times.reduce((a, b) => Math.max(a, b))).slice(0, 10)
}

async function observed(
  pacts: readonly PactToVerify[],
  recordings: readonly Recording[],
  { keys, apiV3Key = process.env.WECHATPAY_API_V3_KEY }: { keys: readonly PlatformKey[]; apiV3Key: string | undefined },
  language: Language,
): Promise<Observation> {
  const { observePacts } = await import('../../../contracts/kit/observe-pacts.ts')
  const { createVerifier } = await import('../../../contracts/kit/run-verifier.ts')
  const verifier = createVerifier()
  try {
    return await observePacts({ pacts, recordings, keys, apiV3Key, verifier, language })
  } catch (error) {
    if (!(error instanceof UsageError) || /^MOCK_PACT_(?:MISSING|TOO_OLD)$/.test(error.code)) throw error
    throw usageError(texts[language].failed(error.texts[language]), error)
  } finally {
    verifier.close()
  }
}

/** Publishes results as `pact verify` does. A contract with nothing seen has no result, and interactions that were not seen are left out. */
async function publishResults(
  pacts: readonly PactToVerify[],
  observation: Observation,
  broker: Awaited<ReturnType<typeof brokerIn>>,
  all: boolean,
): Promise<NonNullable<ObservationJson['published']>> {
  const { resultPublisher } = await import('../../../contracts/kit/publish-results.ts')
  const version = broker.providerVersion ?? ''
  const publish = resultPublisher(version, broker)
  let results = 0
  for (const { pact, client } of pacts) {
    const own = observation.interactions.filter((one) => one.pact === pact.source)
    const seen = own.filter(({ verdict }) => verdict !== 'not_seen' || all)
    if (!client || own.every(({ verdict }) => verdict === 'not_seen')) continue
    await publish(client, pact, {
      success: isKept(observation, own, all),
      interactions: seen.map(({ id, consumer, description, states, verdict, differences }) => ({
        id,
        consumer,
        description,
        states,
        ok: verdict === 'as_contract',
        pending: false,
        durationMs: 0,
        reasons: verdict === 'not_seen' ? ['It was not seen in the recorded traffic.'] : [],
        mismatches: differences.map(({ at, expected, got }) => ({
          type: at === 'status' ? 'StatusMismatch' : at.startsWith('header ') ? 'HeaderMismatch' : 'BodyMismatch',
          at: at.replace(/^header /, ''),
          text: `expected ${expected}, got ${got}`,
        })),
      })),
    })
    results += 1
  }
  return { results, version }
}

async function writeOverlay(
  file: string,
  differences: readonly LiveDifference[],
  recordings: readonly Recording[],
  language: Language,
): Promise<void> {
  const proposed = proposedCorrections(differences, `recorded traffic of a shop, ${dayOf(recordings)}`)
  const text =
    proposed.length === 0 ? '[]\n' : `[\n${proposed.map((one) => `  ${JSON.stringify(one)}`).join(',\n')}\n]\n`
  try {
    await makeDirectory(dirname(file))
    await writeFile(file, text)
  } catch (cause) {
    throw unwritable(file, cause, language)
  }
}
