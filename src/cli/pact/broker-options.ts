import { execFile } from 'node:child_process'
import { InvalidArgumentError, Option } from 'commander'
import type { ConsumerVersionSelector, PactBroker } from '../../../contracts/kit/pact-broker.ts'
import { parseJsonObject } from '../../wire/protocol/json-object.ts'
import { type CliCommand, usageError } from '../command.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import type { Language } from '../texts.ts'

const en = {
  broker:
    'Pact broker to take pacts from if no files are named (default: PACT_BROKER_BASE_URL): those of main branches and of what is deployed, unless others are chosen',
  brokerToken: 'its token; better in PACT_BROKER_TOKEN, since others on this machine can see command lines',
  brokerUsername: 'user of the broker, or PACT_BROKER_USERNAME',
  brokerPassword: "that user's password; better in PACT_BROKER_PASSWORD",
  brokerTimeout: 'how long each answer of the broker may take (default: 30)',
  providerBranch: "the provider's branch (default: that of git, or of the CI system)",
  providerTag: "tag of the provider's version; may be repeated",
  consumerVersionSelector:
    'choose pacts by a selector, as JSON, such as {"mainBranch":true,"consumer":"my-shop"}; may be repeated',
  consumerBranch: 'choose the latest pacts of a branch; may be repeated',
  consumerVersionTag: 'choose the latest pacts with a tag; may be repeated',
  enablePending: 'pacts that the provider has never kept may fail',
  includeWipPactsSince:
    'also verify pacts that are not chosen and that no one has verified, from this day on, YYYY-MM-DD; they may fail',
  publish: "publish the results to the broker, as those of this version of the provider's: the mock's own",
  publishLive:
    'publish what was seen to the broker, as the result of this version of the provider (default: live- and the day of the recording)',
  providerVersion: "the version again, if it is to be published as another than the mock's own",
  buildUrl: 'address of this build, for those who see the results',
  addressExpected: 'an address, like https://ci.example.com/builds/42',
  selectorExpected: 'an object in JSON, like {"mainBranch":true}',
  dateExpected: 'a day, like 2026-11-01',
  nameExpected: 'it is empty',
  branchExpected: 'it is empty: no branch is checked out here, so take its name from the CI system',
  nothing: 'There is nothing to verify: name pact files, or give a --broker',
  brokerOrFiles: 'Name pact files, or give a --broker, not both: with files, the broker is not asked for pacts',
  publishWhere: '--publish is for pacts of a --broker, not for files: publish these to the broker first',
  versionAlone: '--provider-version is for --publish: give that too',
  otherVersion: (own: string, given: string): string =>
    `The mock that is verified is version ${own}, not ${given}: give --publish ${own}; or, to have its results stand for ${given}, --provider-version ${given} as well`,
  passwordAlone: '--broker-password needs --broker-username',
  choosesNothing: (name: string): string => `${name} chooses among the pacts of a --broker: leave it out, or the files`,
}

const zh: typeof en = {
  broker:
    'Pact Broker 的地址（默认取 PACT_BROKER_BASE_URL），未写明文件时从它取契约：默认取主分支和已部署版本的，也可另选',
  brokerToken: '它的令牌；本机其他人能看到命令行，最好用 PACT_BROKER_TOKEN',
  brokerUsername: 'Broker 的用户名，或用 PACT_BROKER_USERNAME',
  brokerPassword: '该用户的密码，最好用 PACT_BROKER_PASSWORD',
  brokerTimeout: '等待 Broker 每个应答的秒数（默认 30）',
  providerBranch: '提供方的分支（默认取自 git 或 CI 系统）',
  providerTag: '提供方版本的标签，可重复',
  consumerVersionSelector: '用 JSON 写的选择条件，如 {"mainBranch":true,"consumer":"my-shop"}，可重复',
  consumerBranch: '取此分支的最新契约，可重复',
  consumerVersionTag: '取带此标签的最新契约，可重复',
  enablePending: '提供方从未符合过的契约可以不通过',
  includeWipPactsSince: '同时验证此日期（YYYY-MM-DD）以来未被选中且从未验证过的契约，它们可以不通过',
  publish: '把结果作为提供方此版本（模拟服务自身的版本）的结果发布到 Broker',
  publishLive: '把观察结果作为提供方此版本的结果发布到 Broker（默认：live- 加录制的日期）',
  providerVersion: '如果要发布成模拟服务自身以外的版本，请再写一次该版本',
  buildUrl: '此次构建的地址，供查看结果的人使用',
  addressExpected: '应为地址，如 https://ci.example.com/builds/42',
  selectorExpected: '应为 JSON 对象，如 {"mainBranch":true}',
  dateExpected: '应为日期，如 2026-11-01',
  nameExpected: '请给出名称',
  branchExpected: '此处没有检出分支，请用 CI 系统给出的分支名',
  nothing: '没有要验证的契约，请写明契约文件，或用 --broker',
  brokerOrFiles: '契约文件与 --broker 只能选其一：写明文件时不从 Broker 取契约',
  publishWhere: '--publish 用于 --broker 的契约，不能用于文件：请先把文件发布到 Broker',
  versionAlone: '--provider-version 用于 --publish，请一并写明',
  otherVersion: (own, given) =>
    `所验证的模拟服务版本是 ${own}，不是 ${given}：请用 --publish ${own}；如果要让结果代表 ${given}，请再加 --provider-version ${given}`,
  passwordAlone: '--broker-password 需要与 --broker-username 一起使用',
  choosesNothing: (name) => `${name} 用于选择 --broker 的契约，请去掉它，或去掉文件`,
}

const texts = { en, zh }

/** Variables in which CI systems give the branch, since they often check out a commit without one. */
const VARIABLES = [
  'GITHUB_HEAD_REF',
  'CI_MERGE_REQUEST_SOURCE_BRANCH_NAME',
  'CI_COMMIT_BRANCH',
  'BUILDKITE_BRANCH',
  'CIRCLE_BRANCH',
  'BITBUCKET_BRANCH',
  'BRANCH_NAME',
] as const

/** The branch being built, according to git, or else to the CI system; `undefined` if neither knows. */
async function branchOfBuild(): Promise<string | undefined> {
  return (await branchOfGit()) ?? VARIABLES.map((name) => process.env[name]).find((branch) => branch)
}

function branchOfGit(): Promise<string | undefined> {
  return new Promise((resolve) => {
    // Git, a repository or a branch may be missing.
    execFile('git', ['symbolic-ref', '--quiet', '--short', 'HEAD'], (error, stdout) => {
      resolve(error ? undefined : stdout.trim() || undefined)
    })
  })
}

/** Values of the options that concern a broker. */
export interface BrokerOptions {
  readonly broker?: string
  readonly brokerToken?: string
  readonly brokerUsername?: string
  readonly brokerPassword?: string
  readonly brokerTimeout?: number
  readonly providerBranch?: string
  readonly providerTag?: readonly string[]
  readonly consumerVersionSelector?: readonly ConsumerVersionSelector[]
  readonly consumerBranch?: readonly string[]
  readonly consumerVersionTag?: readonly string[]
  readonly enablePending?: boolean
  readonly includeWipPactsSince?: string
  readonly publish?: string
  readonly providerVersion?: string
  readonly buildUrl?: string
}

const CHOOSING = [
  'consumerVersionSelector',
  'consumerBranch',
  'consumerVersionTag',
  'enablePending',
  'includeWipPactsSince',
] as const satisfies readonly (keyof BrokerOptions)[]

/**
 * Adds the options of a broker, under the names that Pact's own verifiers use.
 *
 * @param publishes whose results are published: those of the mock, what was seen of the live service, or none
 */
export function addBrokerOptions(command: CliCommand, publishes: 'mock' | 'live' | 'nothing' = 'mock'): void {
  const { language } = command
  const own = texts[language]
  const date = textLike(/^\d{4}-\d{2}-\d{2}$/, own.dateExpected)
  const name = textLike(/\S/, own.nameExpected)
  const branch = textLike(/\S/, own.branchExpected)
  command
    .option('--broker <url>', own.broker)
    .option('--broker-token <token>', own.brokerToken)
    .option('--broker-username <name>', own.brokerUsername)
    .option('--broker-password <password>', own.brokerPassword)
    .addOption(option('--broker-timeout <seconds>', own.brokerTimeout, wholeNumber(1, 600, language)))
    .addOption(option('--provider-branch <branch>', own.providerBranch, branch))
    .addOption(severalOption('--provider-tag <tag>', own.providerTag, name))
    .addOption(severalOption('--consumer-version-selector <json>', own.consumerVersionSelector, selectorIn(language)))
    .addOption(severalOption('--consumer-branch <branch>', own.consumerBranch, branch))
    .addOption(severalOption('--consumer-version-tag <tag>', own.consumerVersionTag, name))
    .option('--enable-pending', own.enablePending)
    .addOption(option('--include-wip-pacts-since <date>', own.includeWipPactsSince, date))
  if (publishes === 'nothing') return
  if (publishes === 'live') command.addOption(option('--publish [version]', own.publishLive, name))
  else {
    command
      .addOption(option('--publish <version>', own.publish, name))
      .addOption(option('--provider-version <version>', own.providerVersion, name))
  }
  command.addOption(addressOption('--build-url <url>', own.buildUrl, language))
}

function addressOption(flags: string, description: string, language: Language): Option {
  return option(flags, description, (text) => {
    if (isAddress(text) && URL.canParse(text)) return text
    throw new InvalidArgumentError(texts[language].addressExpected)
  })
}

/** Whether a pact is named by an address instead of a file; a malformed address must be recognized too, since it may contain a password. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text)
}

/** An option that may be given more than once. */
function severalOption(flags: string, description: string, read: (text: string) => unknown): Option {
  return new Option(flags, description).argParser((text, before: readonly unknown[] = []) => [...before, read(text)])
}

function selectorIn(language: Language): (text: string) => ConsumerVersionSelector {
  return (text) => {
    const selector = parseJsonObject(text)
    // Each version of a broker knows more selectors, and refuses unknown ones itself.
    if (selector) return selector
    throw new InvalidArgumentError(texts[language].selectorExpected)
  }
}

/**
 * The broker that the options and the environment name, and the query for its pacts.
 *
 * @param named the pacts that are named, files or addresses
 * @throws UsageError for options that do not go together
 */
export async function brokerIn(
  options: BrokerOptions,
  named: readonly string[],
  language: Language,
): Promise<PactBroker> {
  const own = texts[language]
  const url = options.broker ?? (process.env.PACT_BROKER_BASE_URL?.trim() || undefined)
  const hasAddress = named.some(isAddress)
  const isAsked = named.length === 0
  if (isAsked && url === undefined) throw usageError(own.nothing)
  if (options.broker !== undefined && !isAsked && !hasAddress) throw usageError(own.brokerOrFiles)
  if (options.publish !== undefined && !isAsked && !hasAddress) throw usageError(own.publishWhere)
  if (options.providerVersion !== undefined && options.publish === undefined) throw usageError(own.versionAlone)
  if (options.brokerPassword !== undefined && !options.brokerUsername && !process.env.PACT_BROKER_USERNAME) {
    throw usageError(own.passwordAlone)
  }
  const choosing = CHOOSING.find((name) => options[name] !== undefined)
  if (!isAsked && choosing !== undefined) throw usageError(own.choosesNothing(optionOf(choosing)))

  const branches = (options.consumerBranch ?? []).map((branch): ConsumerVersionSelector => ({ branch }))
  const selectors = [...(options.consumerVersionSelector ?? []), ...branches]
  return {
    pactBrokerUrl: url,
    pactBrokerToken: options.brokerToken,
    pactBrokerUsername: options.brokerUsername,
    pactBrokerPassword: options.brokerPassword,
    timeoutMs: options.brokerTimeout === undefined ? undefined : options.brokerTimeout * 1_000,
    consumerVersionSelectors: selectors.length > 0 ? selectors : undefined,
    consumerVersionTags: options.consumerVersionTag,
    enablePending: options.enablePending,
    includeWipPactsSince: options.includeWipPactsSince,
    providerVersionBranch:
      options.providerBranch ?? (isAsked || options.publish !== undefined ? await branchOfBuild() : undefined),
    providerVersionTags: options.providerTag,
    publishVerificationResult: options.publish !== undefined,
    providerVersion: options.publish,
    buildUrl: options.buildUrl,
  }
}

/**
 * Checks that results are published as those of the mock that they are of, or else that this is asked for by name: they decide what is deployed.
 *
 * @param own version of the mock
 * @throws UsageError for another version
 */
export function checkVersion({ publish, providerVersion }: BrokerOptions, own: string, language: Language): void {
  if (publish === undefined || publish === (providerVersion ?? own)) return
  throw usageError(texts[language].otherVersion(own, publish))
}

/** An option as written on the command line. */
function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}
