import type { WireResponse } from '../../src/engine/http-message.ts'
import { eventsOf, type Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/protocol/json-object.ts'
import { shortened } from '../../src/shared/shortened.ts'
import { deliveredCallback, plaintextOf } from './delivered-callback.ts'
import { jsonAnswer } from './raw-http.ts'

/** A message as the provider sends it. */
export interface ProvidedMessage {
  readonly contents: unknown
  /** The bytes that the contents were read from, where they are not to be written anew. */
  readonly body?: Uint8Array
  /** Header fields of a callback; `contentType` is `application/json` in any case. */
  readonly metadata?: Readonly<Record<string, string>>
  /** The callback that it was sealed in, where it is a plaintext. */
  readonly carriedBy?: ProvidedMessage
}

/** Makes the message that a pact describes, from the state that the mock is in. */
export type MessageProvider = (control: MockControl) => Promise<ProvidedMessage>

/** Message providers by a text to look for in the interaction's description; the first match counts. */
export type MessageProviders = Readonly<Record<string, MessageProvider>>

/** What a verifier asks for, by the description of its interaction. */
export interface MessageQuestion {
  readonly description: string
  /** Whether it expects an answer to a message of its own. */
  readonly isSynchronous: boolean
}

/** Reads the question of a verifier. */
export function readQuestion(body: Uint8Array): MessageQuestion {
  const asked = parseJson(Buffer.from(body).toString('utf8'))
  if (!isJsonObject(asked)) return { description: '', isSynchronous: false }
  return {
    description: typeof asked.description === 'string' ? asked.description : '',
    isSynchronous: 'request' in asked,
  }
}

/** Where messages come from. */
export interface MessageSources {
  readonly messages: MessageProviders
  /** Those whose events are delivered. */
  readonly products: readonly Product[]
  readonly control: MockControl
  /** Whom callbacks are for; the well-known merchant if left out. */
  readonly mchid?: string | undefined
}

/**
 * The message that an interaction is about. Its description names the event, e.g. `COUPON.SEND`: then the mock delivers a callback of it, and what
 * arrives is the message; with `plaintext of COUPON.SEND`, what is sealed in it.
 *
 * @throws UsageError `MOCK_MESSAGE_UNKNOWN` when the description names none, `MOCK_MESSAGE_SYNCHRONOUS` for a message with an answer, or what
 * {@link deliveredCallback} throws
 */
export async function messageFor(
  { description, isSynchronous }: MessageQuestion,
  { messages, products, control, mchid }: MessageSources,
): Promise<ProvidedMessage> {
  if (isSynchronous) throw synchronous(description)
  const [, provide] = Object.entries(messages).find(([text]) => description.includes(text)) ?? []
  if (provide) return provide(control)
  const types = eventsOf(products).map(({ eventType }) => eventType)
  const [eventType] = types.filter((type) => description.includes(type)).toSorted((a, b) => b.length - a.length)
  if (eventType === undefined) throw unknown(description, [...Object.keys(messages), ...types])
  const callback = await deliveredCallback(control, eventType, mchid)
  if (!description.includes(`plaintext of ${eventType}`)) return callback
  return { contents: plaintextOf(callback, await control.credentials(mchid)), carriedBy: callback }
}

/** How much is shown of a description. */
const SHOWN_CHARACTERS = 200

/** A message with an answer, which a pact can describe and WeChat Pay does not have. */
export function synchronous(description: string): UsageError {
  const shown = shortened(description, SHOWN_CHARACTERS)
  return new UsageError('MOCK_MESSAGE_SYNCHRONOUS', {
    en: `"${shown}" is a synchronous message, which WeChat Pay does not have: describe a call as an HTTP interaction, a callback as an asynchronous message.`,
    zh: `“${shown}”是同步消息，微信支付没有这种消息：调用请写成 HTTP 交互，回调请写成异步消息。`,
  })
}

function unknown(description: string, known: readonly string[]): UsageError {
  const shown = shortened(description, SHOWN_CHARACTERS)
  return new UsageError('MOCK_MESSAGE_UNKNOWN', {
    en: `The message "${shown}" names no event. Its description has to have one of these in it: ${known.join(', ')}.`,
    zh: `消息“${shown}”没有写明事件，其描述中须含有以下之一：${known.join('、')}。`,
  })
}

/** A message as pact's verifier takes it. */
export function messageAnswerOf({ contents, body, metadata = {} }: ProvidedMessage): WireResponse {
  const answer = jsonAnswer(200, contents, [metadataField({ contentType: 'application/json', ...metadata })])
  return body ? { ...answer, body } : answer
}

/** The header field in which a verifier looks for what is known of a message besides its contents. */
export function metadataField(metadata: Readonly<Record<string, string>>): readonly [name: string, value: string] {
  return ['Pact-Message-Metadata', Buffer.from(JSON.stringify(metadata)).toString('base64')]
}
