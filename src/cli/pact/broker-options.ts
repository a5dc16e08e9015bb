import { InvalidArgumentError, Option } from 'commander'
import type { ConsumerVersionSelector, PactBroker } from '../../../contracts/kit/pact-broker.ts'
import { parseJsonObject } from '../../protocol/json-object.ts'
import { type CliCommand, usageError } from '../command.ts'
import type { Language } from '../language.ts'
import { option, textLike, wholeNumber } from '../options.ts'
import { branchOfBuild } from './branch-of-build.ts'
import { texts } from './texts.ts'

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
