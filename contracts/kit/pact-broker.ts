import { z } from 'zod'
import { UsageError } from '../../src/protocol/errors.ts'
import { type BrokerClient, type BrokerCredentials, brokerClient, linkIn } from './broker-client.ts'
import { BrokerError } from './broker-error.ts'
import { type PactDocument, readPact } from './pact-document.ts'

/** Which versions of consumers the contracts are of; what is given has to hold together. */
export interface ConsumerVersionSelector {
  readonly mainBranch?: boolean
  /** Of the branch that has the name of the provider's. */
  readonly matchingBranch?: boolean
  readonly branch?: string
  readonly fallbackBranch?: string
  readonly deployedOrReleased?: boolean
  readonly deployed?: boolean
  readonly released?: boolean
  readonly environment?: string
  readonly tag?: string
  readonly fallbackTag?: string
  readonly latest?: boolean
  readonly consumer?: string
}

/** A Pact broker, and what to ask of it. The names are those of Pact's own `Verifier`. */
export interface PactBroker {
  /** Where it is, e.g. `https://broker.example.com`. May be left out where `pactUrls` say it. */
  readonly pactBrokerUrl?: string | undefined
  /** Default: `PACT_BROKER_TOKEN`. */
  readonly pactBrokerToken?: string | undefined
  /** Default: `PACT_BROKER_USERNAME`. */
  readonly pactBrokerUsername?: string | undefined
  /** Default: `PACT_BROKER_PASSWORD`. */
  readonly pactBrokerPassword?: string | undefined
  /** Which contracts. Default: those of main branches, and of what is deployed or released. */
  readonly consumerVersionSelectors?: readonly ConsumerVersionSelector[] | undefined
  /** The latest contracts that have these tags, besides those that are selected. */
  readonly consumerVersionTags?: readonly string[] | undefined
  /** Contracts that the provider has never kept may fail. */
  readonly enablePending?: boolean | undefined
  /** Also verify contracts that nobody has selected and nobody has verified yet, if they are newer than this day, e.g. `2026-11-01`. They may fail. */
  readonly includeWipPactsSince?: string | undefined
  /** The provider's branch. */
  readonly providerVersionBranch?: string | undefined
  readonly providerVersionTags?: readonly string[] | undefined
  /** Whether results are published, as those of `providerVersion`. */
  readonly publishVerificationResult?: boolean | undefined
  readonly providerVersion?: string | undefined
  /** The address of this build, for people who look at the results. */
  readonly buildUrl?: string | undefined
  /** How long each answer of the broker may take, milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
}

/** A contract as a broker hands it out. */
export interface BrokeredPact {
  readonly pact: PactDocument
  readonly pending: boolean
}

const DEFAULT_TIMEOUT_MS = 30_000

const DEFAULT_SELECTORS: readonly ConsumerVersionSelector[] = [{ mainBranch: true }, { deployedOrReleased: true }]

/**
 * Connects to a broker, or to a server that has a pact. Credentials go to the broker; where none is named, to whoever has the pact.
 *
 * @param address of the broker, or of a pact
 * @param signal ends what is asked of it
 */
export function connectBroker(address: string, broker: PactBroker, signal?: AbortSignal): BrokerClient {
  const { pactBrokerUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = broker
  const isBroker = pactBrokerUrl === undefined || URL.parse(pactBrokerUrl)?.origin === URL.parse(address)?.origin
  return brokerClient(address, { credentials: isBroker ? credentialsOf(broker) : {}, timeoutMs, signal })
}

/** What is given goes before the environment, whose variables a CI system may have set to nothing. */
function credentialsOf(broker: PactBroker): BrokerCredentials {
  const { pactBrokerToken: token, pactBrokerUsername: username, pactBrokerPassword: password } = broker
  if (token || username)
    return { token: token?.trim() || undefined, username, password: password ?? variable('PACT_BROKER_PASSWORD') }
  return {
    token: variable('PACT_BROKER_TOKEN'),
    username: variable('PACT_BROKER_USERNAME'),
    password: password ?? variable('PACT_BROKER_PASSWORD'),
  }
}

function variable(name: string): string | undefined {
  return process.env[name]?.trim() || undefined
}

const pactsForVerification = z.object({
  _embedded: z.object({
    pacts: z.array(
      z.object({
        _links: z.object({ self: z.object({ href: z.string() }) }),
        verificationProperties: z.object({ pending: z.boolean().optional() }).optional(),
      }),
    ),
  }),
})

/**
 * The contracts of a provider that a broker selects; none where it does not know the provider.
 *
 * @throws UsageError `MOCK_PACT_BROKER` for a broker that does not answer, or not as one; `MOCK_PACT_FILE` for a contract that cannot be verified
 */
export async function pactsOf(client: BrokerClient, provider: string, broker: PactBroker): Promise<BrokeredPact[]> {
  const { consumerVersionTags = [], consumerVersionSelectors, includeWipPactsSince, providerVersionBranch } = broker
  const tagged = consumerVersionTags.map((tag): ConsumerVersionSelector => ({ tag, latest: true }))
  const selectors = [...(consumerVersionSelectors ?? []), ...tagged]
  const index = await client.get('')
  const address = linkIn(index.json, 'pb:provider-pacts-for-verification', { url: client.url, values: { provider } })
  const answer = await client
    .post(address, {
      consumerVersionSelectors: selectors.length > 0 ? selectors : DEFAULT_SELECTORS,
      includePendingStatus: broker.enablePending ?? false,
      ...(includeWipPactsSince !== undefined && { includeWipPactsSince }),
      ...(providerVersionBranch !== undefined && { providerVersionBranch }),
      ...(broker.providerVersionTags && { providerVersionTags: broker.providerVersionTags }),
    })
    .catch((error: unknown) => {
      if (error instanceof BrokerError && error.status === 404) return undefined
      throw error
    })
  if (!answer) return []
  const listed = pactsForVerification.safeParse(answer.json)
  if (!listed.success) throw notAList(client.url)
  const pacts: BrokeredPact[] = []
  for (const { _links, verificationProperties } of listed.data._embedded.pacts) {
    const pact = await fetchPact(client, _links.self.href)
    pacts.push({ pact, pending: verificationProperties?.pending ?? false })
  }
  return pacts
}

/** @throws UsageError `MOCK_PACT_BROKER`, `MOCK_PACT_FILE` */
export async function fetchPact(client: BrokerClient, address: string): Promise<PactDocument> {
  const { text } = await client.get(address)
  return readPact(text, shown(address))
}

/** An address without what may be a secret in it: credentials, and the query, as that of a signed address. */
function shown(address: string): string {
  const url = URL.parse(address)
  return url ? url.origin + url.pathname : address
}

function notAList(url: string): UsageError {
  return new UsageError('MOCK_PACT_BROKER', {
    en: `${url} answered with something else than a list of pacts: is it a Pact broker, of version 2.62 or newer?`,
    zh: `${url} 的应答不是契约列表，请确认它是 2.62 或更高版本的 Pact Broker。`,
  })
}
