import type { NextRequest } from '../../src/control/provider-states/state.ts'
import { type EventDescription, nameOfEvent } from '../../src/engine/callbacks/event.ts'
import type { WireResponse } from '../../src/engine/http-message.ts'
import { eventsOf, type Product } from '../../src/engine/product.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { isJsonObject, parseJson } from '../../src/wire/protocol/json-object.ts'
import { shortened } from '../../src/wire/shared/texts.ts'
import { deliveredCallback, plaintextOf } from './delivered-callback.ts'
import { jsonAnswer } from './raw-http.ts'

/** A message as the provider sends it. */
export interface ProvidedMessage {
  readonly contents: unknown
  /** The original bytes of the contents, if they must not be serialised again. */
  readonly body?: Uint8Array
  /** Header fields of a callback; `contentType` is always `application/json`. */
  readonly metadata?: Readonly<Record<string, string>>
  /** The callback that contained it, for a plaintext. */
  readonly carriedBy?: ProvidedMessage
  /** The event that a callback tells of. */
  readonly event?: EventDescription
}

/** Builds the message that a pact describes, from the current state of the mock. */
export type MessageProvider = (control: MockControl) => Promise<ProvidedMessage>

/** Message providers by a text in the interaction's description; the first match wins. */
export type MessageProviders = Readonly<Record<string, MessageProvider>>

/** A verifier's request for a message, by the description of its interaction. */
export interface MessageQuestion {
  readonly description: string
  /** Whether it is a synchronous message, which expects an answer. */
  readonly isSynchronous: boolean
}

/** Parses a verifier's request for a message. */
export function readQuestion(body: Uint8Array): MessageQuestion {
  const asked = parseJson(Buffer.from(body).toString('utf8'))
  if (!isJsonObject(asked)) return { description: '', isSynchronous: false }
  return {
    description: typeof asked.description === 'string' ? asked.description : '',
    isSynchronous: 'request' in asked,
  }
}

/** Sources of messages. */
export interface MessageSources {
  readonly messages: MessageProviders
  /** Products whose events are delivered. */
  readonly products: readonly Product[]
  readonly control: MockControl
  /** Recipient of callbacks, and whether they come again. */
  readonly next: Pick<NextRequest, 'mchid' | 'repeated'>
}

/**
 * The message of an interaction. If its description names an event, e.g. `COUPON.SEND`, the mock delivers a callback of it, which is the message;
 * with `plaintext of COUPON.SEND`, the message is its sealed content.
 *
 * @throws UsageError `MOCK_MESSAGE_UNKNOWN` if the description does not name an event, `MOCK_MESSAGE_SYNCHRONOUS` for a message with an answer, or an
 * error of {@link deliveredCallback}
 */
export async function messageFor(
  { description, isSynchronous }: MessageQuestion,
  { messages, products, control, next }: MessageSources,
): Promise<ProvidedMessage> {
  if (isSynchronous) throw synchronous(description)
  const [, provide] = Object.entries(messages).find(([text]) => description.includes(text)) ?? []
  if (provide) return provide(control)
  const events = eventsOf(products).map((event) => ({ event, name: nameOfEvent(event) }))
  const [told] = events
    .filter(({ name }) => description.includes(name))
    .toSorted((a, b) => b.name.length - a.name.length)
  if (!told) throw unknown(description, [...Object.keys(messages), ...events.map(({ name }) => name)])
  const { event, name } = told
  const callback = { ...(await deliveredCallback(control, name, next)), event }
  if (!description.includes(`plaintext of ${name}`)) return callback
  return { contents: plaintextOf(callback, await control.credentials(next.mchid)), carriedBy: callback }
}

/** Maximum length of a description in messages. */
const SHOWN_CHARACTERS = 200

/** A message with an answer, which a pact can describe but WeChat Pay does not have. */
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

/** A message in the format of pact's verifier. */
export function messageAnswerOf({ contents, body, metadata = {} }: ProvidedMessage): WireResponse {
  const answer = jsonAnswer(200, contents, [metadataField({ contentType: 'application/json', ...metadata })])
  return body ? { ...answer, body } : answer
}

/** The header field in which a verifier looks for a message's metadata. */
export function metadataField(metadata: Readonly<Record<string, string>>): readonly [name: string, value: string] {
  return ['Pact-Message-Metadata', Buffer.from(JSON.stringify(metadata)).toString('base64')]
}
