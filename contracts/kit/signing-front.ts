import { authenticate } from '../../src/engine/exchange/authenticate.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { createIds } from '../../src/engine/ids.ts'
import { MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { choosePlatformKey } from '../../src/engine/keys/platform-key.ts'
import { gatewayAt } from '../../src/engine/product.ts'
import { wellKnownIdentity } from '../../src/identity/well-known.ts'
import { products } from '../../src/products/index.ts'
import { timestampOf } from '../../src/protocol/authorization.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { HOP_BY_HOP } from '../../src/protocol/hop-by-hop.ts'
import { signAnswer, signatureHeaders } from '../../src/protocol/response-headers.ts'
import { schemeFor } from '../../src/protocol/scheme.ts'
import { shortened } from '../../src/shared/shortened.ts'
import { quoted, type Texts } from '../../src/shared/texts.ts'
import { headerOf, isLeftUnsigned } from '../../src/testing/answer-faults.ts'
import { OWN_PATHS } from './front-paths.ts'
import { answerInShort, type ProviderAnswer } from './provider-answer.ts'
import { jsonAnswer, type RawServer, type RawServerOptions, rawSender, rawServer } from './raw-http.ts'
import { textsOf } from './reason.ts'

export interface SigningFront extends RawServer {
  /** The faults of the signatures of received requests. */
  readonly faults: readonly string[]
}

export interface SigningFrontOptions extends RawServerOptions {
  /** Address of pact's mock server. */
  readonly pactUrl: string
  /**
   * Whether its answers are signed; requests are passed on then however they are signed. Left out: all is as WeChat Pay has it. Answers are signed
   * but those with 401, and who signs a request wrongly is told so, unless that is what the contract is about.
   */
  readonly signed?: boolean
  /** Called with each request, once it is answered. */
  readonly onAnswer?: (answer: SignedAnswer) => void
}

/** A request that a consumer made. */
export interface SignedAnswer {
  /** Method and path. */
  readonly call: string
  /** What the consumer was answered with; left out where there was no mock server to ask. */
  readonly status?: number
  /** What Pact's mock server answered; left out where there was none. */
  readonly answer?: ProviderAnswer
  /** What is wrong with the signature of the request, or that a verifier made it. */
  readonly fault?: string
  /** Why the request is none that the contract has; left out for one that it has. */
  readonly unexpected?: string
}

/**
 * Starts a server in front of pact's mock server, which cannot sign: real clients verify every answer, so the examples of the pact are signed here
 * with the well-known platform key. Requests are passed on unchanged, after their signatures are checked.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`
 */
export async function startSigningFront(options: SigningFrontOptions): Promise<SigningFront> {
  const { pactUrl, signed, onAnswer = () => undefined, ...server } = options
  const { language = 'en' } = server
  const { merchant, platform } = wellKnownIdentity()
  const merchants = new MerchantDirectory([merchant])
  const sender = rawSender(pactUrl)
  const faults: string[] = []
  const ids = createIds()

  const signedAnswer = async (request: WireRequest, answer: WireResponse): Promise<WireResponse> => {
    const path = pathOf(request.target)
    const { key } = choosePlatformKey(request.headers['wechatpay-serial'], { mode: 'both', merchant, platform })
    const timestamp = timestampOf(Date.now())
    const signature = await signAnswer({ timestamp, nonce: ids.nonce(), body: answer.body }, key, schemeFor(path))
    return {
      ...answer,
      headers: [...answer.headers.filter(([name]) => !/^wechatpay-/i.test(name)), ...signatureHeaders(signature)],
    }
  }

  const ask = async ({ headers, ...request }: WireRequest): Promise<WireResponse> => {
    const kept = Object.entries(headers).filter(([name]) => name !== 'host' && !HOP_BY_HOP.has(name))
    return sender.send({ ...request, headers: Object.fromEntries(kept) }).catch((cause: unknown) => {
      throw unreachable(pactUrl, cause)
    })
  }

  const given = async (request: WireRequest, seen: Seen): Promise<WireResponse> => {
    if (pathOf(request.target).startsWith(OWN_PATHS)) {
      const message = forConsumers[language]
      seen.fault = message
      faults.push(message)
      return jsonAnswer(404, { message })
    }
    const gateway = gatewayAt(products, pathOf(request.target))
    const authentication = authenticate(request, merchants, Date.now(), gateway.authentication)
    const failure = 'failure' in authentication ? authentication.failure : undefined
    const answer = await ask(request)
    seen.answer = answerInShort(answer)
    const isMeant = signed === undefined && failure?.error.status === answer.status
    const fault = isMeant ? undefined : failure?.explanation[language]
    if (fault !== undefined) {
      seen.fault = fault
      faults.push(fault)
    }
    // Pact's mock server says with this header that the request was not the one in the pact.
    const objection = headerOf(answer, 'X-Pact')
    if (objection !== undefined)
      seen.unexpected = (OBJECTIONS.get(objection) ?? quoted(shortened(objection, 100)))[language]
    if (objection !== undefined || isMeant) return answer
    if (signed === undefined && failure) {
      const { status, code } = failure.error
      return jsonAnswer(status, { code, message: failure.explanation[language] })
    }
    return (signed ?? !isLeftUnsigned(answer)) ? signedAnswer(request, answer) : answer
  }

  const raw = await rawServer(async (request) => {
    const seen: Seen = { call: `${request.method} ${pathOf(request.target)}` }
    try {
      const answer = await given(request, seen)
      seen.status = answer.status
      return answer
    } catch (error) {
      seen.unexpected = textsOf(error)[language]
      throw error
    } finally {
      onAnswer(seen)
    }
  }, server)
  return {
    ...raw,
    faults,
    async close() {
      sender.close()
      await raw.close()
    },
  }
}

type Seen = { -readonly [Name in keyof SignedAnswer]: SignedAnswer[Name] }

/** What `X-Pact` says of a request. */
const OBJECTIONS: ReadonlyMap<string, Texts> = new Map([
  ['Unexpected-Request', { en: 'The contract has no such request.', zh: '契约中没有这个请求。' }],
  [
    'Request-Mismatch',
    {
      en: 'The contract has it otherwise: the report of the test says where they differ.',
      zh: '与契约中的请求不一致，差异见测试报告。',
    },
  ],
])

const forConsumers: Texts = {
  en: 'This front is for tests of consumers: verify behind one that is started without --to.',
  zh: '这个 front 用于消费者测试：验证时请另行启动，不加 --to。',
}

function unreachable(pactUrl: string, cause: unknown): UsageError {
  return new UsageError(
    'MOCK_PACT_SERVER',
    {
      en: `Pact's mock server does not answer at ${pactUrl}: start it on that port, within the test that makes the call.`,
      zh: `${pactUrl} 没有 Pact 的模拟服务器应答：请在发出调用的测试中让它使用该端口。`,
    },
    { cause },
  )
}
