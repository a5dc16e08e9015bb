import { constants } from 'node:buffer'
import { existsSync } from 'node:fs'
import { InvalidArgumentError, Option } from 'commander'
import type { ClockSetting } from '../engine/clock.ts'
import { lateTexts } from '../engine/misfit-texts.ts'
import type { Product } from '../engine/product.ts'
import { engineSettings, notationOf, type Setting, type ValuesOf, valuesFrom } from '../engine/settings.ts'
import { StoreUnavailable } from '../engine/state/store.ts'
import type { MockOptions, WechatPayMock } from '../mock.ts'
import { type OpenMockOptions, openMock } from '../open-mock.ts'
import { products, settings } from '../products/index.ts'
import type { WorldJson } from '../products/json.ts'
import { scenarios } from '../products/scenarios/index.ts'
import { UsageError } from '../wire/protocol/errors.ts'
import { parseInstant } from '../wire/protocol/instant.ts'
import { listed } from '../wire/shared/texts.ts'
import { type CliCommand, usageError } from './command.ts'
import { dataDirectoryOption, nameOf, parseJson, readBytes } from './files.ts'
import {
  allowCallbackHostOption,
  choiceOption,
  hostsOption,
  option,
  percentage,
  textLike,
  wholeNumber,
} from './options.ts'
import { warn } from './output.ts'
import type { Language } from './texts.ts'

const EXAMPLE = 'redis://user:password@host:6379/0?prefix=mock'

const en = {
  seed: 'state to start with: a scenario, a seed file, or - for standard input',
  seedExpected: 'name a scenario or a file',
  seedUnknown: (name: string, scenarios: string): string =>
    `There is neither a scenario nor a file ${name}. Scenarios are: ${scenarios}; a file is named like ./seed.json`,
  seedTooLong: (file: string): string =>
    `${file} is larger than 512 MiB, the most that a seed can have. Write its contents into a data file through the control API, in several calls, and start with --data`,
  seedUnfit: (file: string, message: string): string => `${file} does not fit: ${message}`,
  placed: (path: string, message: string): string => `${path}: ${message}`,
  clock: "the mock's time: 2026-01-01T00:00:00+08:00 runs on from there, frozen stands still, frozen@TIME both",
  clockExpected: 'use a time with offset like 2026-01-01T00:00:00+08:00, frozen, or frozen@ with such a time',
  percentExpected: 'use a number from 0 to 100, such as 0.1',
  diagnosis:
    'whether Wechatpay-Mock-Diagnosis on a 401, 404 or 405, and this log for a 401, say what the client did wrong',
  randomSeed: 'make numbers and nonces the same in every run',
  randomSeedExpected: 'use any text',
  journalLimit: 'number of exchanges that the journal keeps',
  allowHost: 'names besides localhost that clients may call the mock by, such as that of a docker compose service',
  /** Titles of groups of options in the help; settings of a product stand under its title. */
  groups: {
    listening: 'Listening:',
    state: 'State and time:',
    answers: 'Signatures and answers:',
    callbacks: 'Callbacks:',
    log: 'Log and journal:',
    product: (title: string): string => `${title}:`,
  },
  proxyPassthrough: "let proxied requests to hosts that are not WeChat Pay's through, instead of refusing them",
  shaped: 'shaped',
  notExamined: (id: string): string =>
    `Too many signatures were wrong at once to look for more than a single mistake: wechatpay-mock explain --id ${id} says what is wrong with this one.`,
  linesDropped: (lines: number): string => `(${lines} lines left out: nobody read them)`,
  refusals: {
    namelessHost: 'a host without a name',
    host: (host: string): string =>
      `proxy: ${host} refused, since it is not one of WeChat Pay's hosts; --proxy-passthrough lets it through`,
    host_header: (host: string): string =>
      `refused a call to ${host}, which is not a name of the mock; --allow-host allows it`,
    origin: (origin: string): string => `refused a call from a web page of another origin: ${origin}`,
    unreachable: (host: string, detail: string): string => `proxy: ${host} cannot be reached: ${detail}`,
    server_name: (host: string): string => `TLS: closed, since ${host} is not one of WeChat Pay's hosts`,
    untrusted: (host: string): string =>
      `TLS: a client does not trust the certificate for ${host}; wechatpay-mock ca shows how to make it`,
    silent: (host: string): string =>
      `TLS: a client for ${host} went away without a request; if it does not trust the certificate, wechatpay-mock ca shows how to make it`,
    handshake: (host: string, detail: string): string => `TLS: no handshake with a client for ${host}: ${detail}`,
    authority: (_: string, reason: string): string => `TLS: not served: ${reason}`,
    connections: (_: string, limit: string): string =>
      `more than ${limit} connections at once: the rest are refused with 503`,
    bodies: (_: string, mebibytes: string): string =>
      `unfinished request bodies take more than ${mebibytes} MiB: further ones are refused with 503`,
    store: (_: string, detail: string): string => `answered with 503: ${detail}`,
  },

  data: {
    option:
      'keep the state in this file (SQLite), which is made if there is none; a file that has a state continues with it, and --seed and --clock are for a new one',
    expected: 'name a file',
    acceptLoss: 'go on with a data file that was emptied, or has lost its log, with what is left in it',
  },

  store: {
    option:
      'keep the state in Redis or Valkey, e.g. redis://127.0.0.1:6379, or redis+sentinel://host:26379/mymaster with Sentinel: all mocks with the same address are one; --seed and --clock are for a store that has no state yet',
    expected: `use an address like ${EXAMPLE}`,
    notBoth: 'give --data or --store, not both: the state is in a file, or in Redis',
    /** `reason`: in English, why a mock could not start with a store or a data file. */
    unavailable: (reason: string): string => `the state cannot be kept: ${reason}`,
  },
}

const zh: typeof en = {
  seed: '初始数据：场景名、种子文件，或 - 表示标准输入',
  seedExpected: '请写场景名或文件名',
  seedUnknown: (name, scenarios) =>
    `没有名为 ${name} 的场景或文件。场景有：${scenarios}；文件请写成 ./seed.json 的形式`,
  seedTooLong: (file) =>
    `${file} 超过 512 MiB，不能用作初始数据。请通过控制 API 分多次把数据写入数据文件，然后用 --data 启动`,
  seedUnfit: (file, message) => `${file} 的内容不符合要求：${message}`,
  placed: (path, message) => `${path}：${message}`,
  clock: '模拟服务的时间：2026-01-01T00:00:00+08:00 从该时刻起走时，frozen 冻结，frozen@时刻 冻结在该时刻',
  clockExpected: '请使用带时区的时间，如 2026-01-01T00:00:00+08:00，或 frozen，或 frozen@ 加这样的时间',
  percentExpected: '请使用 0 到 100 的数，例如 0.1',
  diagnosis: '是否在 401、404、405 的 Wechatpay-Mock-Diagnosis 头部，以及 401 的日志中，说明客户端错在何处',
  randomSeed: '使每次运行的编号和随机串都相同',
  randomSeedExpected: '请使用任意文本',
  journalLimit: '请求记录最多保留多少条',
  allowHost: '除 localhost 外，客户端还可以用哪些主机名访问模拟服务，例如 docker compose 中的服务名',
  groups: {
    listening: '监听：',
    state: '状态与时间：',
    answers: '签名与应答：',
    callbacks: '回调：',
    log: '日志与请求记录：',
    product: (title) => `${title}：`,
  },
  proxyPassthrough: '经代理访问非微信支付域名的请求直接转发，而不是拒绝',
  shaped: '按文档应答',
  notExamined: (id) =>
    `错误的签名太多，没有查找一处以上的错误：wechatpay-mock explain --id ${id} 可说明这一个错在何处。`,
  linesDropped: (lines) => `（省略了 ${lines} 行：没有程序读取）`,
  refusals: {
    namelessHost: '未给出的域名',
    host: (host) => `代理：已拒绝 ${host}，它不是微信支付的域名；用 --proxy-passthrough 可直接转发`,
    host_header: (host) => `已拒绝以 ${host} 为主机名的请求，它不是模拟服务的主机名；用 --allow-host 可以允许`,
    origin: (origin) => `已拒绝其他来源的网页发出的请求：${origin}`,
    unreachable: (host, detail) => `代理：无法连接 ${host}：${detail}`,
    server_name: (host) => `TLS：已关闭连接，${host} 不是微信支付的域名`,
    untrusted: (host) => `TLS：客户端不信任 ${host} 的证书；信任的办法见 wechatpay-mock ca`,
    silent: (host) => `TLS：访问 ${host} 的客户端没有发送请求就断开了；如果是不信任证书，办法见 wechatpay-mock ca`,
    handshake: (host, detail) => `TLS：与访问 ${host} 的客户端握手失败：${detail}`,
    authority: (_, reason) => `TLS：无法提供服务：${reason}`,
    connections: (_, limit) => `同时连接超过 ${limit} 个：超出的以 503 拒绝`,
    bodies: (_, mebibytes) => `未接收完的请求体合计超过 ${mebibytes} MiB：超出的以 503 拒绝`,
    store: (_, detail) => `应答 503：${detail}`,
  },

  data: {
    option:
      '把状态保存在该文件中（SQLite），不存在时新建；已有状态的文件接着上次的状态运行，--seed 和 --clock 只用于新文件',
    expected: '请写文件名',
    acceptLoss: '数据文件被清空或日志丢失时，用其中剩下的内容继续',
  },

  store: {
    option:
      '把状态保存在 Redis 或 Valkey 中，例如 redis://127.0.0.1:6379，使用哨兵时写 redis+sentinel://host:26379/mymaster：地址相同的所有模拟服务合为一个；--seed 和 --clock 只用于还没有状态的存储',
    expected: `请写 ${EXAMPLE} 形式的地址`,
    notBoth: '--data 和 --store 只能写一个：状态要么在文件里，要么在 Redis 里',
    unavailable: (reason) => `无法保存状态：${reason}`,
  },
}

export const texts = { en, zh }

/** The flag of a setting: `--stock-ready-after <seconds>` for `stockReadyAfter`. */
export function settingOption(setting: Setting, language: Language): Option {
  const { wireName, value, default: standard } = setting
  const flags = `--${wireName.replaceAll('_', '-')} <${value}>`
  const description = setting.texts[language]
  const notation = notationOf(setting)
  switch (notation.kind) {
    case 'word':
      return choiceOption(flags, description, notation.words, language).default(standard)
    case 'whole number':
      return option(flags, description, wholeNumber(notation.min, notation.max, language)).default(standard)
    case 'percent': {
      const flag = option(flags, description, percentage(texts[language].percentExpected))
      // A default that is not a number applies when the flag is left out.
      return typeof standard === 'number' ? flag.default(standard) : flag
    }
    case 'text':
      return option(flags, description, (text) => readText(text, setting, language)).default(standard)
  }
}

function readText(text: string, { schema }: Setting, language: Language): unknown {
  const { error, textsOf } = lateTexts()
  const read = schema.safeParse(text, { error })
  const issue = read.error?.issues[0]
  if (issue) throw new InvalidArgumentError(textsOf(issue.message)[language])
  return read.data
}

/** The options of every command that starts a mock. */
export interface MockCommandOptions
  extends Omit<ValuesOf<typeof settings>, 'callbackPublicKeyShare'>,
    Required<Pick<MockOptions, 'journalLimit' | 'diagnosis'>> {
  /** Left out for the default, which is not a number; its flag takes numbers only. */
  readonly callbackPublicKeyShare?: number
  readonly seed: string
  readonly data?: string
  readonly acceptDataLoss?: boolean
  readonly store?: string
  readonly clock?: Partial<ClockSetting>
  readonly randomSeed?: string
  readonly allowCallbackHost?: readonly string[]
  readonly allowHost?: readonly string[]
  readonly dataDir: string
  readonly proxyPassthrough?: boolean
}

/** Adds options to a command, under a title of their own in its help. */
export function addGroup(command: CliCommand, title: string, ...options: readonly Option[]): void {
  for (const one of options) command.addOption(one.helpGroup(title))
}

/** Adds the options of {@link MockCommandOptions}. */
export function addMockOptions(command: CliCommand, language: Language): CliCommand {
  const own = texts[language]
  const { groups } = own
  addGroup(
    command,
    groups.listening,
    hostsOption('--allow-host <host...>', own.allowHost, language),
    new Option('--proxy-passthrough', own.proxyPassthrough),
    dataDirectoryOption(language),
  )
  addGroup(
    command,
    groups.state,
    option('--seed <file|scenario>', own.seed, textLike(/./, own.seedExpected)).default('default'),
    option('--data <file>', own.data.option, textLike(/^[^\0]+$/, own.data.expected)),
    new Option('--accept-data-loss', own.data.acceptLoss),
    option('--store <address>', own.store.option, textLike(/^rediss?(\+sentinel)?:/, own.store.expected)),
    option('--clock <time|frozen>', own.clock, (text) => parseClock(text, language)),
    option('--random-seed <text>', own.randomSeed, textLike(/./, own.randomSeedExpected)),
  )
  const { callbackPublicKeyShare, ...ofAnswers } = engineSettings
  for (const setting of Object.values(ofAnswers)) {
    // Listed among the settings but not one: it cannot change while the mock runs.
    if (setting === engineSettings.signatureClock) {
      const diagnosis = choiceOption('--diagnosis <state>', own.diagnosis, ['on', 'off'], language)
      addGroup(command, groups.answers, diagnosis.default('on'))
    }
    addGroup(command, groups.answers, settingOption(setting, language))
  }
  addGroup(
    command,
    groups.callbacks,
    settingOption(callbackPublicKeyShare, language),
    allowCallbackHostOption(language),
  )
  for (const { title, settings = {} } of products as readonly Product[]) {
    const flags = Object.values(settings).map((setting) => settingOption(setting, language))
    addGroup(command, groups.product(title[language]), ...flags)
  }
  const journalLimit = option('--journal-limit <number>', own.journalLimit, wholeNumber(0, 1_000_000, language))
  addGroup(command, groups.log, journalLimit.default(1_000))
  return command
}

function parseClock(text: string, language: Language): Partial<ClockSetting> {
  if (text === 'frozen') return { frozen: true }
  const frozen = text.startsWith('frozen@')
  const now = parseInstant(frozen ? text.slice('frozen@'.length) : text)
  if (now === undefined) throw new InvalidArgumentError(texts[language].clockExpected)
  return { now, frozen }
}

/** Where a state to start with comes from. */
export interface SeedSource {
  /** Name of the file in messages; left out for a scenario. */
  readonly file?: string
  readonly scenario?: string
}

interface Seed extends SeedSource {
  /** Not yet checked. */
  readonly world: WorldJson
}

/**
 * Reads a seed: a scenario by its name, or a file (`-` is standard input). A file with the name of a scenario is given as `./default`.
 *
 * @throws UsageError for a name that is neither, and for a file that cannot be read or is not JSON
 */
export async function readSeed(name: string, language: Language): Promise<Seed> {
  const scenario = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined
  if (scenario) return { world: scenario, scenario: name }
  if (name !== '-' && !/[./\\]/.test(name) && !existsSync(name)) {
    throw usageError(texts[language].seedUnknown(name, listed(Object.keys(scenarios), language)))
  }
  const file = nameOf(name, language)
  const bytes = await readBytes(name, language)
  if (bytes.length > constants.MAX_STRING_LENGTH) throw usageError(texts[language].seedTooLong(file))
  // The loader checks whether it fits.
  return { file, world: parseJson(bytes.toString('utf8'), file, language) as WorldJson }
}

/** A mock, and where its state began. */
interface SeededMock {
  readonly mock: WechatPayMock
  /** Left out for a data file or a store that already has a state, which continues. */
  readonly seed?: SeedSource
}

/**
 * A mock with its seed, or with the state of its data file or store. If there is a state, the seed is not even read.
 *
 * @throws UsageError for a seed file that does not fit, and for a data file or a store that cannot be used
 */
export async function openSeededMock(options: MockCommandOptions, language: Language): Promise<SeededMock> {
  const { data, acceptDataLoss, store, randomSeed, journalLimit, diagnosis, clock, allowCallbackHost } = options
  if (data !== undefined && store !== undefined) throw usageError(texts[language].store.notBoth)
  let seed: SeedSource | undefined
  const told: OpenMockOptions = {
    async seed() {
      const { world, ...source } = await readSeed(options.seed, language)
      seed = source
      return world
    },
    ...valuesFrom(settings, { ...options }),
    journalLimit,
    diagnosis,
    language,
    ...(clock && { clockStart: clock }),
    ...(allowCallbackHost && { allowCallbackHosts: allowCallbackHost }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(data !== undefined && { data }),
    ...(acceptDataLoss !== undefined && { acceptDataLoss }),
    ...(store !== undefined && { store }),
    onWarning: (warning) => warn(warning.texts[language]),
  }
  try {
    const mock = await openMock(told)
    return { mock, ...(seed && { seed }) }
  } catch (error) {
    throw explain(error, seed, language)
  }
}

function explain(error: unknown, seed: SeedSource | undefined, language: Language): unknown {
  const own = texts[language]
  if (error instanceof StoreUnavailable)
    return usageError(own.store.unavailable(error.texts[language].replace(/[.。]$/, '')), error)
  if (!(error instanceof UsageError) || !seed?.file) return error
  const { path } = error
  const says = error.texts[language]
  return usageError(own.seedUnfit(seed.file, says.startsWith(path) ? says : own.placed(path, says)), error)
}
