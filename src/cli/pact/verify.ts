import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import type { ConsumerVersionSelector, PactBroker } from '../../../contracts/kit/pact-broker.ts'
import type { PactsVerification } from '../../../contracts/kit/verify-pacts.ts'
import { packageFolder } from '../../control/package-files.ts'
import { UsageError } from '../../protocol/errors.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'
import { makeDirectory } from '../../shared/make-directory.ts'
import { onFirstSignal } from '../child.ts'
import { type CliCommand, type DefineCommand, usageError } from '../command.ts'
import { fillUrlFromEnvironment } from '../environment.ts'
import { unwritable } from '../files.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { oneLine, print, printJson, warn } from '../output.ts'
import { urlOption } from '../running-mock.ts'
import { commonTexts, type Language } from '../texts.ts'
import { pactJunit, textReport } from './text-report.ts'
import { texts } from './texts.ts'

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
export async function branchOfBuild(): Promise<string | undefined> {
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
  readonly buildUrl?: string
}

/** Options that choose among the pacts of a broker. */
const CHOOSING = [
  'consumerVersionSelector',
  'consumerBranch',
  'consumerVersionTag',
  'enablePending',
  'includeWipPactsSince',
] as const satisfies readonly (keyof BrokerOptions)[]

/** Adds the options of a broker, under the names that Pact's own verifiers use. */
export function addBrokerOptions(command: CliCommand): void {
  const { language } = command
  const { verify: own } = texts[language]
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
    .addOption(option('--publish <version>', own.publish, name))
    .addOption(addressOption('--build-url <url>', own.buildUrl, language))
}

function addressOption(flags: string, description: string, language: Language): Option {
  return option(flags, description, (text) => {
    if (isAddress(text) && URL.canParse(text)) return text
    throw new InvalidArgumentError(texts[language].verify.addressExpected)
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
    throw new InvalidArgumentError(texts[language].verify.selectorExpected)
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
  const { verify: own } = texts[language]
  const url = options.broker ?? (process.env.PACT_BROKER_BASE_URL?.trim() || undefined)
  const hasAddress = named.some(isAddress)
  const isAsked = named.length === 0
  if (isAsked && url === undefined) throw usageError(own.nothing)
  if (options.broker !== undefined && !isAsked && !hasAddress) throw usageError(own.brokerOrFiles)
  if (options.publish !== undefined && !isAsked && !hasAddress) throw usageError(own.publishWhere)
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

/** An option as written on the command line. */
function optionOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

interface PactVerifyOptions extends BrokerOptions {
  readonly url?: string
  readonly controlToken?: string
  readonly provider?: string
  readonly allowEmpty?: boolean
  readonly junit?: string
  readonly json?: boolean
}

export const define: DefineCommand = (command) => {
  const { language } = command
  const { verify: own } = texts[language]
  command
    .description(own.description)
    .argument('[files...]', own.files)
    .addOption(urlOption(own.url, language))
    .option('--control-token <token>', own.controlToken)
    .option('--provider <name>', own.provider, 'wechatpay')
    .option('--allow-empty', own.allowEmpty)
    .option('--junit <file>', own.junit)
  addBrokerOptions(command)
  command.addRemarks(own.after).action(async (files: readonly string[]) => {
    fillUrlFromEnvironment(command)
    await verify(files, command.opts<PactVerifyOptions>(), language)
  })
}

async function verify(files: readonly string[], options: PactVerifyOptions, language: Language): Promise<void> {
  const { junit, json, publish } = options
  const { verify: own } = texts[language]
  if (packageFolder() === undefined) throw usageError(own.notInBinary)

  const result = await unlessInterrupted((signal) => verified(files, options, language, signal))
  if (!result) {
    process.exitCode = INTERRUPTED
    warn(own.interrupted)
    return
  }
  if (!result.ok) process.exitCode = 1
  for (const { file, provider } of result.leftOut) warn(own.leftOut(file, provider))
  if (json) await printJson(result)
  else {
    await print(textReport(result, language))
    if (publish !== undefined) await print(`${own.published(result.published, oneLine(publish))}\n`)
  }
  if (junit === undefined) return
  try {
    await makeDirectory(dirname(junit))
    await writeFile(junit, pactJunit(result, language))
  } catch (cause) {
    throw unwritable(junit, cause, language)
  }
}

/** Exit code that shells use for SIGINT. */
const INTERRUPTED = 130

/** Runs a task to its end, or until a signal comes; `undefined` if one came. */
async function unlessInterrupted<Result>(does: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined> {
  const interruption = new AbortController()
  const { signal } = interruption
  const ignore = onFirstSignal(() => interruption.abort())
  try {
    return await does(signal)
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined
    throw error
  } finally {
    ignore()
  }
}

async function verified(
  files: readonly string[],
  options: PactVerifyOptions,
  language: Language,
  signal: AbortSignal,
): Promise<PactsVerification> {
  const { url, controlToken, provider, allowEmpty } = options
  const broker = await brokerIn(options, files, language)
  // Loaded only here, since Pact is an optional dependency.
  const { verifyPacts } = await import('../../../contracts/kit/verify-pacts.ts')
  try {
    return await verifyPacts({
      pactFiles: files.filter((file) => !isAddress(file)),
      pactUrls: files.filter(isAddress),
      broker,
      language,
      signal,
      ...(provider !== undefined && { provider }),
      ...(allowEmpty && { allowEmpty }),
      ...(url !== undefined && { url }),
      ...(controlToken !== undefined && { controlToken }),
    })
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    const { verify: own } = texts[language]
    switch (error.code) {
      case 'MOCK_PACT_MISSING':
      case 'MOCK_PACT_TOO_OLD':
      case 'MOCK_PACT_FILE':
      case 'MOCK_PACT_BROKER':
        throw error
      case 'MOCK_PACT_NONE':
        throw inOptions(error)
      case 'MOCK_UNREACHABLE':
      case 'MOCK_NOT_A_MOCK':
        throw usageError(commonTexts[language].runningMock.noMockAt(url ?? ''), error)
      default:
        throw usageError(own.failed(error.texts[language]), error)
    }
  }
}

/** An error of the function, reworded with the options of the command line. */
function inOptions({ code, texts: { en, zh } }: UsageError): UsageError {
  const said = (text: string) => text.replace('allowEmpty', '--allow-empty')
  return new UsageError(code, { en: said(en), zh: said(zh) })
}
