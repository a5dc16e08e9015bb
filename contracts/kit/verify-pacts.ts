import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkOptions, type KnownOptions } from '../../src/engine/check-options.ts'
import type { Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { products as ownProducts } from '../../src/products/index.ts'
import { type Evidence, UsageError } from '../../src/wire/protocol/errors.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import type { MessageProviders } from './messages.ts'
import type { PactBroker } from './pact-broker.ts'
import { findPacts, type LeftOutPact } from './pact-sources.ts'
import { resultPublisher } from './publish-results.ts'
import { ANSWER_LIMIT_MS } from './raw-http.ts'
import { textsOf } from './reason.ts'
import type { PactVerification } from './report.ts'
import { createVerifier, type Verifier } from './run-verifier.ts'
import { openTarget } from './target.ts'
import { verifyPact } from './verify-pact.ts'
import { startVerifyingFront } from './verifying-front.ts'

/** Pacts to verify, and the provider. */
export interface VerifyPactsOptions {
  /** Files, or directories of them: in a directory, each `.json` file that is a contract with the provider, sorted by name. */
  readonly pactFiles?: readonly string[]
  /** Addresses of pacts, `https://…`, for example from a broker's webhook. */
  readonly pactUrls?: readonly string[]
  /** A Pact broker: supplies pacts if neither files nor addresses are given, and receives published results. */
  readonly broker?: PactBroker
  /** Name of the provider in the pacts. Default: `wechatpay`. */
  readonly provider?: string
  /** Verify only pacts of these consumers. */
  readonly consumers?: readonly string[]
  /** Whether it is acceptable to find nothing to verify. Default: that is an error, since a gate that checks nothing would always be open. */
  readonly allowEmpty?: boolean
  /** A running mock, e.g. `http://127.0.0.1:8089`. Its state is restored afterwards. Default: a new mock is started for the verification. */
  readonly url?: string
  /** The control token of the mock at `url`. */
  readonly controlToken?: string
  /** The language of the mock's refusals. Default: that of the mock at `url`, or `en`. */
  readonly language?: Language
  /** The control of the mock at `url`, if it is not served at `url` itself. */
  readonly control?: MockControl
  /** Further message providers, by a text in the description of the interaction. */
  readonly messages?: MessageProviders
  /** Products of the provider, with their states: `[...products, loyalty]`. Default: all built-in products. */
  readonly products?: readonly Product[]
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error'
  /** Time limit of each answer of the provider, milliseconds; one that is later ends the verification. Default: 30,000. */
  readonly timeoutMs?: number
  /** Fails the verification for interactions that rely on something less sure; their results are published as they are. Default: any evidence will do. */
  readonly minEvidence?: Evidence
  /** Aborts the verification: the state of the mock is restored, and the reason of the signal is thrown. */
  readonly signal?: AbortSignal
}

/** The result of verifying pacts. */
export interface PactsVerification extends PactVerification {
  /** Files of the directories that are contracts with other providers, and were not verified. */
  readonly leftOut: readonly LeftOutPact[]
  /** Number of results published to a broker. */
  readonly published: number
}

/** Options that are passed on are checked by their receivers. */
const OPTIONS: KnownOptions<keyof VerifyPactsOptions> = {
  pactFiles: {},
  pactUrls: {},
  broker: {
    members: {
      pactBrokerUrl: {},
      pactBrokerToken: {},
      pactBrokerUsername: {},
      pactBrokerPassword: {},
      consumerVersionSelectors: {},
      consumerVersionTags: {},
      enablePending: {},
      includeWipPactsSince: {},
      providerVersionBranch: {},
      providerVersionTags: {},
      publishVerificationResult: {},
      providerVersion: {},
      buildUrl: {},
      timeoutMs: {},
    } satisfies KnownOptions<keyof PactBroker>,
  },
  provider: {},
  consumers: {},
  allowEmpty: {},
  url: {},
  controlToken: {},
  language: {},
  control: {},
  messages: {},
  products: {},
  logLevel: {},
  timeoutMs: {},
  minEvidence: {},
  signal: {},
}

/**
 * Verifies pacts against the mock, its own or a running one: sets provider states, signs the actual bytes of every request, and checks the signature,
 * key and timestamp of every answer and callback.
 *
 * Each interaction starts in an empty world, with the mock's default settings.
 *
 * Results that could not be published are among the `problems` of the returned value, so that `ok` is false.
 *
 * @throws UsageError `MOCK_PACT_MISSING` if Pact is not installed, `MOCK_PACT_TOO_OLD`, `MOCK_PACT_FILE` for a file that is not a pact, or not with
 * the provider, `MOCK_PACT_NONE` if there is nothing to verify, `MOCK_PACT_BROKER` for a broker that does not supply pacts, `MOCK_OPTION`,
 * `MOCK_UNREACHABLE` if no mock answers at `url`, `MOCK_NOT_A_MOCK`, `MOCK_NO_ANSWER` if the provider is late, `MOCK_PACT_VERIFIER` if pact's verifier failed to run, `MOCK_PRODUCT` for products that do not fit
 * together
 */
export async function verifyPacts(options: VerifyPactsOptions): Promise<PactsVerification> {
  checkOptions(options, OPTIONS)
  return verifyWith({ take: createVerifier, giveBack: (verifier) => verifier.close() }, options)
}

/** Where a verification has its verifier from. @internal */
export interface Verifiers {
  take(signal: AbortSignal | undefined): Verifier
  giveBack(verifier: Verifier): void
}

/** {@link verifyPacts} with verifiers that several verifications may share, one after the other. @internal */
export async function verifyWith(verifiers: Verifiers, options: VerifyPactsOptions): Promise<PactsVerification> {
  const { pactFiles = [], pactUrls = [], broker = {}, provider = 'wechatpay', language = 'en' } = options
  if (pactFiles.length + pactUrls.length === 0 && broker.pactBrokerUrl === undefined) {
    throw new UsageError('MOCK_PACT_NONE', {
      en: 'There is no pact to verify: give pactFiles, pactUrls or a broker.',
      zh: '没有可验证的契约：请给出 pactFiles、pactUrls 或 broker。',
    })
  }
  const publish = publisherOf(broker)
  const { consumers, allowEmpty = false, timeoutMs = ANSWER_LIMIT_MS } = options
  const ending = new AbortController()
  const signal = AbortSignal.any([ending.signal, ...(options.signal ? [options.signal] : [])])
  const sources = { pactFiles, pactUrls, broker, provider, consumers, allowEmpty, signal }
  const { pacts, leftOut } = await findPacts(sources).catch((error: unknown) => {
    if (!(error instanceof UsageError) || error.code !== 'MOCK_PACT_NONE') throw error
    const [en, zh] = [error.texts.en, error.texts.zh].map((text) => text.slice(0, -1))
    throw new UsageError(error.code, {
      en: `${en}; or allow it with allowEmpty.`,
      zh: `${zh}；如果允许没有契约，请用 allowEmpty。`,
    })
  })

  const verifier = verifiers.take(signal)
  const target = await openTarget({ ...options, answerLimitMs: timeoutMs, signal })
  try {
    const front = await startVerifyingFront({
      provider: target.url,
      control: target.control,
      messages: options.messages ?? {},
      products: options.products ?? ownProducts,
      answerLimitMs: timeoutMs,
      onLate: (error) => ending.abort(error),
      ...(options.language && { language: options.language }),
    })
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-pact-'))
    try {
      const results: PactVerification[] = []
      let publishedResults = 0
      for (const [i, one] of pacts.entries()) {
        const file = one.file ?? join(directory, `${i}.json`)
        if (one.file === undefined) await writeFile(file, one.pact.text)
        const { verification, published } = await verifyPact(one, {
          file,
          verifier,
          front,
          provider,
          language,
          logLevel: options.logLevel,
          timeoutMs,
          products: options.products ?? ownProducts,
          minEvidence: options.minEvidence,
        })
        results.push(verification)
        if (publish && one.client) {
          try {
            await publish(one.client, one.pact, published)
            publishedResults += 1
          } catch (error) {
            signal.throwIfAborted()
            results.push(problem(notPublished(one.pact.consumer, textsOf(error))[language]))
          }
        }
      }
      return { ...together(results), leftOut, published: publishedResults }
    } finally {
      verifiers.giveBack(verifier)
      await rm(directory, { recursive: true, force: true })
      await front.close()
    }
  } finally {
    await target.close()
  }
}

/** @throws UsageError `MOCK_OPTION` for publishing results without a version */
function publisherOf(broker: PactBroker): ReturnType<typeof resultPublisher> | undefined {
  if (!broker.publishVerificationResult) return undefined
  if (broker.providerVersion) return resultPublisher(broker.providerVersion, broker)
  throw new UsageError(
    'MOCK_OPTION',
    {
      en: 'Results are published as those of a version of the provider: give broker.providerVersion.',
      zh: '发布的结果属于提供方的某个版本，请给出 broker.providerVersion。',
    },
    { path: '/broker/providerVersion' },
  )
}

function together(results: readonly PactVerification[]): PactVerification {
  return {
    ok: results.every(({ ok }) => ok),
    interactions: results.flatMap(({ interactions }) => interactions),
    problems: results.flatMap(({ problems }) => problems),
  }
}

function problem(text: string): PactVerification {
  return { ok: false, interactions: [], problems: [text] }
}

const notPublished = (consumer: string, { en, zh }: Texts): Texts => ({
  en: `The result of the contract of ${consumer} was not published: ${en}`,
  zh: `${consumer} 的契约的结果没有发布：${zh}`,
})
