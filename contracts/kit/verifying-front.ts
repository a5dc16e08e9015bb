import type { NextRequest } from '../../src/control/provider-states/state.ts'
import { statesOf } from '../../src/control/provider-states/states-of.ts'
import type { OnRefused } from '../../src/doors/transports/read-request.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import type { Product } from '../../src/engine/product.ts'
import type { SettingValues } from '../../src/engine/settings.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { isLeftUnsigned } from '../../src/testing/answer-faults.ts'
import { resign } from '../../src/traffic/recording/resign.ts'
import { isJsonObject, parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import type { Language, Texts } from '../../src/wire/shared/texts.ts'
import { admissionCheck } from './admission.ts'
import { freshnessCheck, reasonsAgainst, reasonsAgainstMessage, reasonsOfRepeat } from './answer-checks.ts'
import { callbackCheck } from './callback-checks.ts'
import { MESSAGES_PATH, OWN_PATHS, STATES_PATH } from './front-paths.ts'
import {
  InteractionSequence,
  type InteractionUnderWay,
  notSetUp,
  type SeenInteraction,
} from './interaction-sequence.ts'
import {
  type MessageProviders,
  type MessageQuestion,
  messageAnswerOf,
  messageFor,
  metadataField,
  readQuestion,
} from './messages.ts'
import { OneAtATime } from './one-at-a-time.ts'
import { answerInShort, refusalInJournal } from './provider-answer.ts'
import { sceneOf } from './provider-states.ts'
import { jsonAnswer, type RawSenderOptions, type RawServer, rawSender, rawServer, TOO_LARGE } from './raw-http.ts'
import { textsOf } from './reason.ts'
import { reasonsOfMiss } from './served-call.ts'
import { readStateChange } from './state-change.ts'
import { reasonsOfLink, reasonsOfRefusal, reasonsOfTimes } from './world-checks.ts'

/**
 * Status of an answer that the verifier must take for a failure. Reports omit the verifier's own message about it, since the reasons say more.
 *
 * Even a failed state change is answered with 200, and the request that follows with this status: with 5xx, pact's verifier would retry for two
 * minutes; with 4xx it would skip the rest of the interaction, which would hide where the next one begins.
 */
export const FAILED_STATUS = 599

/** A request or a message that a verifier asked for. @internal */
export interface SeenAnswer extends Pick<SeenInteraction, 'states' | 'reasons' | 'answer'> {
  /** Method and path, or the description of the message. */
  readonly call: string
  /** Status that the verifier received; absent for a message. */
  readonly status?: number
}

export interface VerifyingFront extends RawServer {
  /** In the order in which the verifier ran them. */
  readonly interactions: readonly SeenInteraction[]
}

/** Options of the server between a verifier and the provider. */
export interface VerifyingFrontOptions extends RawSenderOptions {
  /** Address of the provider under test. */
  readonly provider: string
  readonly control: MockControl
  /** Sources of messages besides the events of the products, by a text in the description of the interaction. */
  readonly messages: MessageProviders
  /** Products of the provider, which supply the states and the events. */
  readonly products: readonly Product[]
  /** Default: a free one. */
  readonly port?: number
  /** The language of the reasons. Default: `en`. */
  readonly language?: Language
  /** Settings of the provider that every interaction starts with. Default: those of a new mock. */
  readonly settings?: SettingValues
  /** Called for each request and message, once it is answered. */
  readonly onAnswer?: (answer: SeenAnswer) => void
  /** Called for rejected requests, such as those of web pages. */
  readonly onRefused?: OnRefused
}

/** How long after the same request a repeat comes, so that the time of the first is not that of the repeat. */
const REPEATED_AFTER = 'PT1M'

/** Header fields that WeChat Pay requires of every client, and some verifiers do not send. */
const USUAL_HEADERS = { accept: 'application/json', 'user-agent': 'wechatpay-mock-pact-front' } as const

/**
 * Starts the server that a verifier, of any language, is pointed at instead of the provider: it puts the provider into the states that are posted to
 * {@link STATES_PATH}, signs the bytes of each request that actually arrive, and checks each answer beyond what a pact can express.
 *
 * Verifiers run one interaction after the other, each from an empty world ({@link InteractionSequence}).
 *
 * @throws UsageError `MOCK_PRODUCT` for a state of a product with the same name as another's, `MOCK_PORT_IN_USE`
 */
export async function startVerifyingFront(options: VerifyingFrontOptions): Promise<VerifyingFront> {
  const { provider, control, messages, products, port = 0, language = 'en', onAnswer = () => undefined } = options
  const { settings = {}, onRefused } = options
  const states = await statesOf(products)
  const sender = rawSender(provider, options)
  const next: NextRequest = {}
  const scene = sceneOf(control, next, sender.send)
  const reasonsToDistrust = admissionCheck(products)
  const staleValues = freshnessCheck()
  const staleContents = callbackCheck()
  const steps = new OneAtATime()
  const interactions = new InteractionSequence({ states, scene, products, settings, language })

  const changeState = async (request: WireRequest, overlaps: boolean): Promise<WireResponse> => {
    try {
      const change = readStateChange(request)
      if (change.action === 'setup') return jsonAnswer(200, await interactions.setUp(change, overlaps))
      await interactions.tearDown()
    } catch (error) {
      const { reasons } = await interactions.present(overlaps)
      reasons.push(notSetUp(textsOf(error))[language])
    }
    return jsonAnswer(200, {})
  }

  /** A request too large to be read still counts, so that it does not become part of the next interaction. */
  const refuseTooLarge = async (head: Omit<WireRequest, 'body'>, overlaps: boolean): Promise<WireResponse> => {
    const isStateChange = pathOf(head.target) === STATES_PATH
    const { reasons } = await interactions.present(overlaps)
    reasons.push(TOO_LARGE[language])
    return isStateChange ? jsonAnswer(200, {}) : call({ ...head, body: NO_BODY }, overlaps)
  }

  const message = async (request: WireRequest, overlaps: boolean): Promise<WireResponse> => {
    const current = await interactions.asking(overlaps)
    const { states, reasons } = current
    const question = readQuestion(request.body)
    const answer =
      reasons.length > 0 ? undefined : await interactions.attempt(current, () => provide(question, current))
    current.answered = reasons.length === 0
    onAnswer({ call: question.description, states, reasons })
    return answer && reasons.length === 0 ? answer : failedMessage(reasons)
  }

  const provide = async (question: MessageQuestion, { reasons }: InteractionUnderWay): Promise<WireResponse> => {
    const provided = await messageFor(question, { messages, products, control, next })
    const credentials = await control.credentials(next.mchid)
    const now = Date.parse((await control.clock()).now)
    const { contents, carriedBy } = provided
    const callback = carriedBy?.contents ?? contents
    const told = carriedBy ? [callback, contents] : contents
    const { metadata = {} } = carriedBy ?? provided
    const faults = [
      ...reasonsAgainstMessage(provided, { credentials, now }),
      ...reasonsOfTimes(told, { now, world: await control.world() }),
      ...(isJsonObject(callback) ? staleContents(callback, credentials) : []),
      ...staleValues({ headers: Object.entries(metadata) }),
    ]
    reasons.push(...faults.map((fault) => fault[language]))
    return messageAnswerOf(provided)
  }

  const call = async (request: WireRequest, overlaps: boolean): Promise<WireResponse> => {
    const again = interactions.answerAgain(request)
    if (again) return again
    const current = await interactions.asking(overlaps)
    const { states, reasons } = current
    const path = pathOf(request.target)
    if (path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`)) reasons.push(OF_THE_MOCK[language])
    const received =
      reasons.length > 0 ? undefined : await interactions.attempt(current, () => ask(request, current), notAsked)
    current.answered = received !== undefined
    const { answer } = current
    const given =
      received && reasons.length === 0
        ? received
        : { ...(received ?? jsonAnswer(FAILED_STATUS, { reasons })), status: FAILED_STATUS }
    interactions.noteAnswer(current, request, given)
    onAnswer({
      call: `${request.method} ${path}`,
      status: given.status,
      states,
      reasons,
      ...(answer && { answer }),
    })
    return given
  }

  const ask = async (request: WireRequest, current: InteractionUnderWay): Promise<WireResponse> => {
    const { flaw, mchid, noSuchCall, repeated } = next
    const credentials = await control.credentials(mchid)
    let now = Date.parse((await control.clock()).now)
    const whole = { ...request, headers: { ...USUAL_HEADERS, ...request.headers } }
    const sign = resign(credentials, { now: () => now })
    const earlier = repeated ? await sender.send(await sign(whole)) : undefined
    if (earlier) now = Date.parse((await control.advance(REPEATED_AFTER)).now)
    const sent = await sign(whole, flaw)
    const before = await control.world()
    const answer = await sender.send(sent)
    const world = await control.world()
    const missed = reasonsOfMiss(answer, sent, products, noSuchCall).map((reason) => reason[language])
    current.reasons.push(...missed)
    const { reason, error } =
      (missed.length === 0 &&
        (await interactions.attempt(current, () => refusalInJournal(sent, answer, control, language), notRead))) ||
      {}
    const short = answerInShort(answer)
    current.answer = { ...short, ...(reason !== undefined && { reason }) }
    current.touched = { ...short, ...(error !== undefined && { error }) }
    if (flaw !== undefined && answer.status < 400) {
      current.reasons.push(letIn(answer.status, flaw)[language])
      return answer
    }
    if (earlier) current.reasons.push(...reasonsOfRepeat(earlier, answer).map((reason) => reason[language]))
    const signed = !isLeftUnsigned(answer) && flaw === undefined
    const faults = [
      ...reasonsAgainst(answer, { target: request.target, credentials, signed, now }),
      ...staleValues(answer),
      ...reasonsOfRefusal(answer, before, world),
      ...reasonsOfLink(answer, world),
      ...(answer.status < 300 ? reasonsOfTimes(parseJsonObject(answer.body), { now, world }) : []),
    ]
    const resignAsAnother = async () => {
      const { items } = await control.merchants()
      const other = items.find((one) => one.mchid !== credentials.mchid)
      return other && resign({ ...credentials, mchid: other.mchid }, { now: () => now })
    }
    const { platform_certificates: certificates, platform_public_key: publicKey } = credentials
    const platformSerials = [...certificates.map(({ serial_no }) => serial_no), ...(publicKey ? [publicKey.id] : [])]
    const repetition = { resign: sign, resignAsAnother, send: sender.send, platformSerials }
    const admitted = answer.status < 300 ? await reasonsToDistrust(whole, repetition) : []
    current.reasons.push(...[...faults, ...admitted].map((fault) => fault[language]))
    return answer
  }

  const misled = async ({ method, target }: WireRequest): Promise<WireResponse> => {
    const status = 404
    const reasons = [noSuchPath[language]]
    onAnswer({ call: `${method} ${pathOf(target)}`, status, states: [], reasons })
    return jsonAnswer(status, { reasons })
  }

  const server = await rawServer(
    (request) => {
      const path = pathOf(request.target)
      const isMessage = path === MESSAGES_PATH || (path === '/' && request.method === 'POST')
      if (path.startsWith(OWN_PATHS) && path !== STATES_PATH && !isMessage) return misled(request)
      const step = path === STATES_PATH ? changeState : isMessage ? message : call
      return steps.take((overlaps) => step(request, overlaps))
    },
    {
      port,
      language,
      ...(onRefused && { onRefused }),
      answerTooLarge: (head) => steps.take((overlaps) => refuseTooLarge(head, overlaps)),
    },
  )
  return {
    ...server,
    interactions: interactions.seen,
    async close() {
      sender.close()
      await server.close()
      // The state of the mock must not change after it has been restored.
      await steps.done()
    },
  }
}

const NO_BODY = new Uint8Array(0)

/** Where the mock has its control API. */
const CONTROL_PATH = '/_mock'

const OF_THE_MOCK: Texts = {
  en: `${CONTROL_PATH} is the control API of the mock, and no part of WeChat Pay: use provider states.`,
  zh: `${CONTROL_PATH} 是模拟服务的控制 API，不属于微信支付：请使用提供方状态。`,
}

const PLAIN_TEXT = 'text/plain; charset=utf-8'

/** A failed message. A JSON body would satisfy a contract without members, and pact's verifier ignores the status. */
function failedMessage(reasons: readonly string[]): WireResponse {
  return {
    status: FAILED_STATUS,
    headers: [['Content-Type', PLAIN_TEXT], metadataField({ contentType: PLAIN_TEXT })],
    body: Buffer.from(reasons.join('\n')),
  }
}

const notAsked = ({ en, zh }: Texts): Texts => ({
  en: `The provider could not be asked: ${en}`,
  zh: `无法向提供方发出请求：${zh}`,
})

const notRead = ({ en, zh }: Texts): Texts => ({
  en: `The journal of the mock could not be read: ${en}`,
  zh: `无法读取模拟服务的请求记录：${zh}`,
})

const noSuchPath: Texts = {
  en: `There is no such path: post provider states to ${STATES_PATH}, and ask for messages at ${MESSAGES_PATH}.`,
  zh: `没有这个路径：提供方状态请发到 ${STATES_PATH}，消息请向 ${MESSAGES_PATH} 索取。`,
}

const letIn = (status: number, flaw: string): Texts => ({
  en: `It was let in with ${status}, although it is not as it has to be: ${flaw}.`,
  zh: `请求有误（${flaw}）却被接受了，状态码 ${status}。`,
})
