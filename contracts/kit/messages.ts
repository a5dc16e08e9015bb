import type { WireResponse } from '../../src/engine/http-message.ts'
import type { MockControl } from '../../src/mock-control.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { jsonAnswer } from './raw-http.ts'

/** A message as the provider would send it. */
export interface ProvidedMessage {
  readonly contents: unknown
  /** Header fields of a callback; `contentType` is `application/json` in any case. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Makes the message that a pact describes, from the state that the mock is in. */
export type MessageProvider = (control: MockControl) => Promise<ProvidedMessage>

/** Message providers by a text to look for in the interaction's description; the first match counts. */
export type MessageProviders = Readonly<Record<string, MessageProvider>>

/**
 * Makes the message that pact's verifier asks for by its description.
 *
 * @throws UsageError `MOCK_MESSAGE_UNKNOWN` when nothing provides such a message
 */
export async function messageFor(
  question: Uint8Array,
  providers: MessageProviders,
  control: MockControl,
): Promise<ProvidedMessage> {
  const { description } = JSON.parse(Buffer.from(question).toString('utf8')) as { description?: unknown }
  const [, provide] = Object.entries(providers).find(([text]) => String(description).includes(text)) ?? []
  if (!provide) {
    throw new UsageError('MOCK_MESSAGE_UNKNOWN', {
      en: `Nothing provides the message "${description}". Its description has to have one of these in it: ${Object.keys(providers).join(', ')}.`,
      zh: `没有提供消息“${description}”的程序，消息的描述中须含有以下之一：${Object.keys(providers).join('、')}。`,
    })
  }
  return provide(control)
}

/** A message as pact's verifier takes it. */
export function messageAnswerOf({ contents, metadata = {} }: ProvidedMessage): WireResponse {
  const described = Buffer.from(JSON.stringify({ contentType: 'application/json', ...metadata })).toString('base64')
  return jsonAnswer(200, contents, [['Pact-Message-Metadata', described]])
}
