import { z } from 'zod'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { type BrokerClient, type BrokerCredentials, brokerClient, linkIn } from './broker-client.ts'
import { BrokerError } from './broker-error.ts'
import { type PactDocument, readPact } from './pact-document.ts'

/** Selects versions of consumers; all given conditions must hold. */
export interface ConsumerVersionSelector {
  readonly mainBranch?: boolean
  /** Whether the branch must have the name of the provider's. */
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

/** A Pact broker, and the pacts to fetch from it. The names are those of Pact's own `Verifier`. */
export interface PactBroker {
  /** Its address, e.g. `https://broker.example.com`. Optional with `pactUrls`. */
  readonly pactBrokerUrl?: string | undefined
  /** Default: `PACT_BROKER_TOKEN`. */
  readonly pactBrokerToken?: string | undefined
  /** Default: `PACT_BROKER_USERNAME`. */
  readonly pactBrokerUsername?: string | undefined
  /** Default: `PACT_BROKER_PASSWORD`. */
  readonly pactBrokerPassword?: string | undefined
  /** Contracts to select. Default: those of main branches, and of deployed or released versions. */
  readonly consumerVersionSelectors?: readonly ConsumerVersionSelector[] | undefined
  /** Also selects the latest contracts with these tags. */
  readonly consumerVersionTags?: readonly string[] | undefined
  /** Whether contracts that the provider has never satisfied may fail. */
  readonly enablePending?: boolean | undefined
  /** Also verify contracts that are neither selected nor verified yet, if they are newer than this day, e.g. `2026-11-01`. They may fail. */
  readonly includeWipPactsSince?: string | undefined
  /** The provider's branch. */
  readonly providerVersionBranch?: string | undefined
  readonly providerVersionTags?: readonly string[] | undefined
  /** Whether to publish results, as those of `providerVersion`. */
  readonly publishVerificationResult?: boolean | undefined
  readonly providerVersion?: string | undefined
  /** The address of this build, for people who read the results. */
  readonly buildUrl?: string | undefined
  /** Time limit of each answer of the broker, milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined
}

/** A contract from a broker. */
export interface BrokeredPact {
  readonly pact: PactDocument
  readonly pending: boolean
}

const DEFAULT_TIMEOUT_MS = 30_000

const DEFAULT_SELECTORS: readonly ConsumerVersionSelector[] = [{ mainBranch: true }, { deployedOrReleased: true }]

/**
 * Connects to a broker, or to a server that has a pact. Credentials are sent to the broker, or if none is named, to the server of the pact.
 *
 * @param address of the broker, or of a pact
 * @param signal aborts its requests
 */
export function connectBroker(address: string, broker: PactBroker, signal?: AbortSignal): BrokerClient {
  const { pactBrokerUrl, timeoutMs = DEFAULT_TIMEOUT_MS } = broker
  const isBroker = pactBrokerUrl === undefined || URL.parse(pactBrokerUrl)?.origin === URL.parse(address)?.origin
  return brokerClient(address, { credentials: isBroker ? credentialsOf(broker) : {}, timeoutMs, signal })
}

/** Options take precedence over the environment, whose variables a CI system may have set to an empty value. */
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
 * The contracts of a provider that a broker selects; empty if it does not know the provider.
 *
 * @throws UsageError `MOCK_PACT_BROKER` for a broker that does not answer correctly; `MOCK_PACT_FILE` for a contract that cannot be verified
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

/** An address without possible secrets: credentials, and the query, which may belong to a signed address. */
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
