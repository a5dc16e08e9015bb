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
import { signAnswer, signatureHeaders } from '../../src/protocol/response-headers.ts'
import { schemeFor } from '../../src/protocol/scheme.ts'
import type { Texts } from '../../src/shared/texts.ts'
import { isLeftUnsigned } from '../../src/testing/answer-faults.ts'
import { OWN_PATHS } from './front-paths.ts'
import { jsonAnswer, type RawServer, type RawServerOptions, rawSender, rawServer } from './raw-http.ts'

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
  /** Left out where there was no mock server to ask. */
  readonly status?: number
  /** What is wrong with the signature of the request, or that a verifier made it. */
  readonly fault?: string
  /** Whether the request was none that the contract has. */
  readonly isUnexpected: boolean
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

  const given = async (
    request: WireRequest,
  ): Promise<{ answer: WireResponse } & Omit<SignedAnswer, 'call' | 'status'>> => {
    if (pathOf(request.target).startsWith(OWN_PATHS)) {
      const fault = forConsumers[language]
      faults.push(fault)
      return { answer: jsonAnswer(404, { message: fault }), isUnexpected: false, fault }
    }
    const gateway = gatewayAt(products, pathOf(request.target))
    const authentication = authenticate(request, merchants, Date.now(), gateway.authentication)
    const failure = 'failure' in authentication ? authentication.failure : undefined
    const { host: _, ...headers } = request.headers
    const answer = await sender.send({ ...request, headers }).catch((cause: unknown) => {
      throw unreachable(pactUrl, cause)
    })
    // Pact's mock server says with this header that the request was not the one in the pact.
    const isUnexpected = answer.headers.some(([name]) => name.toLowerCase() === 'x-pact')
    const isMeant = signed === undefined && failure?.error.status === answer.status
    const fault = isMeant ? undefined : failure?.explanation[language]
    if (fault !== undefined) faults.push(fault)
    const seen = { isUnexpected, ...(fault !== undefined && { fault }) }
    if (isUnexpected || isMeant) return { ...seen, answer }
    if (signed === undefined && failure) {
      const { status, code } = failure.error
      return { ...seen, answer: jsonAnswer(status, { code, message: failure.explanation[language] }) }
    }
    return { ...seen, answer: (signed ?? !isLeftUnsigned(answer)) ? await signedAnswer(request, answer) : answer }
  }

  const raw = await rawServer(async (request) => {
    const call = `${request.method} ${pathOf(request.target)}`
    const { answer, ...seen } = await given(request).catch((error: unknown) => {
      onAnswer({ call, isUnexpected: true })
      throw error
    })
    onAnswer({ call, status: answer.status, ...seen })
    return answer
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
