import { readFile, stat } from 'node:fs/promises'
import type { Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { products as ownProducts } from '../../src/products/index.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { isJsonObject } from '../../src/protocol/json-object.ts'
import type { Language, Texts } from '../../src/shared/texts.ts'
import { MESSAGES_PATH, STATES_PATH } from './front-paths.ts'
import { type MessageProviders, synchronous } from './messages.ts'
import type { PactVerification } from './report.ts'
import { reportOf } from './report.ts'
import { runVerifier } from './run-verifier.ts'
import { openTarget } from './target.ts'
import { startVerifyingFront } from './verifying-front.ts'

/** Which pacts to verify, and against what. */
export interface VerifyPactsOptions {
  /** Files, or directories of them. */
  readonly pactFiles?: readonly string[]
  /** Addresses of pacts, `https://…`. */
  readonly pactUrls?: readonly string[]
  /**
   * Options of pact's verifier for a broker and for publishing, passed through as they are: `pactBrokerUrl`, `pactBrokerToken`,
   * `consumerVersionSelectors`, `enablePending`, `publishVerificationResult`, `providerVersion`, `providerVersionBranch` …
   * (`VerifierOptions` of `@pact-foundation/pact-core`).
   */
  readonly broker?: Readonly<Record<string, unknown>>
  /** Name of the provider in the broker. Default: `wechatpay`. */
  readonly provider?: string
  /** Verify only pacts of these consumers. */
  readonly consumers?: readonly string[]
  /** A running mock, e.g. `http://127.0.0.1:8089`. Its state is restored afterwards. Default: one is started for the verification. */
  readonly url?: string
  /** The control token of the mock at `url`. */
  readonly controlToken?: string
  /** The language of what the mock refuses. Default: that of the mock at `url`, or `en`. */
  readonly language?: Language
  /** The control of the mock at `url`, where it is not served at `url` itself. */
  readonly control?: MockControl
  /** Further message providers, by a text in the description of the interaction. */
  readonly messages?: MessageProviders
  /** What the provider serves, with the states that each product brings: `[...products, loyalty]`. Default: all that the mock has of its own. */
  readonly products?: readonly Product[]
  readonly logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error'
}

/**
 * Verifies pacts against the mock, its own or a running one: sets provider states, signs every request over the bytes that are really
 * sent, and checks of every answer the signature, its key, the timestamp and the spelling of the header fields.
 *
 * Each interaction starts in an empty world, with the settings that the mock has by default.
 *
 * @throws UsageError `MOCK_PACT_MISSING` when Pact is not installed, `MOCK_PACT_TOO_OLD`, `MOCK_PACT_FILE` for a file that is no pact, `MOCK_UNREACHABLE`
 * when no mock answers at `url`, `MOCK_PACT_VERIFIER` when pact's verifier could not do its work, `MOCK_PRODUCT` for products that do not fit
 * together
 */
export async function verifyPacts(options: VerifyPactsOptions): Promise<PactVerification> {
  const { pactFiles = [], pactUrls = [], broker = {} } = options
  if (pactFiles.length + pactUrls.length === 0 && broker.pactBrokerUrl === undefined) {
    throw new UsageError('MOCK_PACT_FILE', {
      en: 'There is no pact to verify: give pactFiles, pactUrls or a broker.',
      zh: '没有可验证的契约：请给出 pactFiles、pactUrls 或 broker。',
    })
  }
  for (const file of pactFiles) await checkPactFile(file)

  const target = await openTarget(options)
  try {
    const front = await startVerifyingFront({
      provider: target.url,
      control: target.control,
      messages: options.messages ?? {},
      products: options.products ?? ownProducts,
      ...(options.language && { language: options.language }),
    })
    try {
      const result = await runVerifier({
        ...broker,
        provider: options.provider ?? 'wechatpay',
        ...(pactFiles.length + pactUrls.length > 0 && { pactUrls: [...pactFiles, ...pactUrls] }),
        ...(options.consumers && { consumerFilters: [...options.consumers] }),
        providerBaseUrl: front.url,
        providerStatesSetupUrl: front.url + STATES_PATH,
        providerStatesSetupTeardown: true,
        providerStatesSetupBody: true,
        transports: [{ protocol: 'message', scheme: 'http', port: front.port, path: MESSAGES_PATH }],
        logLevel: options.logLevel ?? 'error',
      })
      return reportOf(result, front.interactions)
    } finally {
      await front.close()
    }
  } finally {
    await target.close()
  }
}

/** @throws UsageError `MOCK_PACT_FILE` */
async function checkPactFile(file: string): Promise<void> {
  const refuse = (fault: Texts, cause?: unknown): never => {
    throw new UsageError('MOCK_PACT_FILE', { en: `${file} ${fault.en}`, zh: `${file} ${fault.zh}` }, { cause })
  }
  const found = await stat(file).catch((cause: unknown) =>
    refuse({ en: 'does not exist, or cannot be read.', zh: '不存在，或无法读取。' }, cause),
  )
  if (found.isDirectory()) return
  const text = await readFile(file, 'utf8').catch((cause: unknown) =>
    refuse({ en: 'cannot be read.', zh: '无法读取。' }, cause),
  )
  let pact: unknown
  try {
    pact = JSON.parse(text)
  } catch (cause) {
    refuse({ en: 'is not JSON.', zh: '不是 JSON。' }, cause)
  }
  const unserved = synchronousMessageIn(pact)
  if (unserved !== undefined) {
    const { en, zh } = synchronous(unserved).texts
    throw new UsageError('MOCK_PACT_FILE', { en: `${file}: ${en}`, zh: `${file}：${zh}` })
  }
  if (!isPact(pact)) {
    refuse({
      en: 'is no pact: it has no consumer, no provider or no interactions.',
      zh: '不是 Pact 契约：缺少 consumer、provider 或 interactions。',
    })
  }
}

/** The description of a message with an answer in a pact; `undefined` if there is none. */
function synchronousMessageIn(pact: unknown): string | undefined {
  const interactions = isJsonObject(pact) && Array.isArray(pact.interactions) ? pact.interactions : []
  const found = interactions.find((one) => isJsonObject(one) && one.type === 'Synchronous/Messages')
  return isJsonObject(found) ? String(found.description) : undefined
}

function isPact(value: unknown): boolean {
  if (!isJsonObject(value)) return false
  return 'consumer' in value && 'provider' in value && ('interactions' in value || 'messages' in value)
}
