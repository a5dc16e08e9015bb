import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { callbackBody, callbackRequest } from '../../src/engine/callbacks/callback.ts'
import { nameOfEvent } from '../../src/engine/callbacks/event.ts'
import { authenticate } from '../../src/engine/exchange/authenticate.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { createIds } from '../../src/engine/ids.ts'
import { type KeyMode, MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { choosePlatformKey } from '../../src/engine/keys/platform.ts'
import { eventsOf, gatewayAt } from '../../src/engine/product.ts'
import { products } from '../../src/products/index.ts'
import { headerOf, isLeftUnsigned } from '../../src/testing/answer-faults.ts'
import { schemeFor, timestampOf } from '../../src/wire/protocol/authorization.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import { HOP_BY_HOP } from '../../src/wire/protocol/message.ts'
import { signAnswer, signatureHeaders } from '../../src/wire/protocol/response-headers.ts'
import { quoted, shortened, type Texts } from '../../src/wire/shared/texts.ts'
import { CALLBACKS_PATH, OWN_PATHS } from './front-paths.ts'
import { answerInShort, type ProviderAnswer } from './provider-answer.ts'
import {
  jsonAnswer,
  type RawSenderOptions,
  type RawServer,
  type RawServerOptions,
  rawSender,
  rawServer,
} from './raw-http.ts'
import { textsOf } from './reason.ts'
import { notServed } from './served-call.ts'

export interface SigningFront extends RawServer {
  /** Faults in the signatures of received requests. */
  readonly faults: readonly string[]
}

export interface SigningFrontOptions extends RawServerOptions, Pick<RawSenderOptions, 'answerLimitMs'> {
  /** Address of pact's mock server. */
  readonly pactUrl: string
  /**
   * Whether its answers are signed; requests are then passed on whatever their signature. Default: as WeChat Pay does. Answers are signed except
   * those with 401, and a wrongly signed request is rejected, unless the contract is about that.
   */
  readonly signed?: boolean
  /** Platform keys of the merchant; the one that a request asks for signs. Default: `both`. */
  readonly keyMode?: KeyMode | undefined
  /** Called for each request, once it is answered. */
  readonly onAnswer?: (answer: SignedAnswer) => void
}

/** A request of a consumer. */
export interface SignedAnswer {
  /** Method and path. */
  readonly call: string
  /** Status that the consumer received; absent if the mock server could not be reached. */
  readonly status?: number
  /** Answer of Pact's mock server; absent if it could not be reached. */
  readonly answer?: ProviderAnswer
  /** Fault in the signature of the request, or the fact that a verifier sent it. */
  readonly fault?: string
  /** Why the request is not in the contract; absent for one that is. */
  readonly unexpected?: string
}

/**
 * Starts a server in front of pact's mock server, which cannot sign: real clients verify every answer, so the examples of the pact are signed here
 * with the well-known platform key. Requests are passed on unchanged, after a check of their signatures.
 *
 * @throws UsageError `MOCK_PORT_IN_USE`
 */
export async function startSigningFront(options: SigningFrontOptions): Promise<SigningFront> {
  const { pactUrl, signed, keyMode = 'both', answerLimitMs, onAnswer = () => undefined, ...server } = options
  const { language = 'en' } = server
  const { merchant, platform } = wellKnownIdentity()
  const merchants = new MerchantDirectory([merchant])
  const sender = rawSender(pactUrl, { answerLimitMs })
  const faults: string[] = []
  const ids = createIds()

  const signedAnswer = async (request: WireRequest, answer: WireResponse): Promise<WireResponse> => {
    const path = pathOf(request.target)
    const { key } = choosePlatformKey(request.headers['wechatpay-serial'], { mode: keyMode, merchant, platform })
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

  /** The callback that the live service would send about the contents of a message: its header fields and its sealed body. */
  const callback = async ({ target, headers, body }: WireRequest): Promise<WireResponse | Texts> => {
    const name = decodeURIComponent(pathOf(target).slice(CALLBACKS_PATH.length))
    const event = eventsOf(products).find((one) => nameOfEvent(one) === name)
    if (!event) return noSuchEvent(name)
    if (!parseJsonObject(body)) return noContents
    const now = Date.now()
    const resource = Buffer.from(body).toString()
    const sealed = callbackBody({ ...event, id: ids.uuid(), createdAt: now, resource }, merchant.apiV3Key)
    const { key } = choosePlatformKey(headers['wechatpay-serial'], { mode: keyMode, merchant, platform })
    const signing = { key, ids, at: now, requestId: ids.requestId() }
    const sent = await callbackRequest({ url: 'https://shop.example/', body: sealed }, signing)
    return { status: 200, headers: sent.headers.filter(([field]) => field !== 'Host'), body: sealed }
  }

  const notFound = (seen: Seen, { [language]: message }: Texts): WireResponse => {
    seen.fault = message
    faults.push(message)
    return jsonAnswer(404, { message })
  }

  const given = async (request: WireRequest, seen: Seen): Promise<WireResponse> => {
    const path = pathOf(request.target)
    if (path.startsWith(CALLBACKS_PATH)) {
      const answer = await callback(request)
      return 'en' in answer ? notFound(seen, answer) : answer
    }
    if (path.startsWith(OWN_PATHS)) return notFound(seen, forConsumers)
    const gateway = gatewayAt(products, path)
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
    if (/\bhtml\b/.test(headerOf(answer, 'Content-Type') ?? '')) throw unreachable(pactUrl, undefined)
    // Pact's mock server uses this header to report that the request differs from the pact.
    const objection = headerOf(answer, 'X-Pact')
    if (objection !== undefined)
      seen.unexpected = (OBJECTIONS.get(objection) ?? quoted(shortened(objection, 100)))[language]
    // A path that WeChat Pay does not have is answered with neither body nor signature.
    const isEmpty = answer.status !== 401 && isLeftUnsigned(answer)
    const miss = signed === undefined && !isEmpty ? notServed(request, products) : undefined
    if (miss) return notFound(seen, miss)
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

/** Meanings of `X-Pact`. */
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

const noSuchEvent = (name: string): Texts => {
  const [shown, known] = [shortened(name, 100), eventsOf(products).map(nameOfEvent)]
  return {
    en: `There is no event ${shown}. There are: ${known.join(', ')}.`,
    zh: `没有 ${shown} 这个事件。可用的事件：${known.join('、')}。`,
  }
}

const noContents: Texts = {
  en: 'The contents of a callback are a JSON object: post those of the message, unchanged.',
  zh: '回调的内容应为 JSON 对象：请原样发送消息的内容。',
}

/** Nobody answers, or somebody else, such as a web server. */
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
