import { z } from 'zod'
import type { Exchange, Remark } from '../../engine/journal.ts'
import { describeHead, exchangeHead } from './exchange-head.ts'
import { verdict } from './verdict.ts'

/** Characters of a target or a remark that a list shows. */
const SHOWN_CHARACTERS = 300

/** An exchange as a list shows it: bounded, whatever a client sends. */
export const exchangeSummaryJson = z
  .strictObject({
    ...exchangeHead,
    method: z.string(),
    target: z.string().meta({ description: `its first ${SHOWN_CHARACTERS} characters` }),
    status: z.int().optional().meta({ description: 'left out where there is no answer' }),
    code: z.string().optional().meta({ description: 'of the error answered with' }),
    message: z
      .string()
      .optional()
      .meta({ description: `of the error answered with, its first ${SHOWN_CHARACTERS} characters` }),
    remark: z
      .strictObject({
        about: z.string(),
        text: z.string(),
        verdict: verdict.optional(),
        causes: z
          .array(z.strictObject({ name: z.string(), value: z.string().optional() }))
          .optional()
          .meta({ description: 'why the call was not let in, for those who say it in another language' }),
      })
      .optional()
      .meta({ description: `the first of its remarks; of each text the first ${SHOWN_CHARACTERS} characters` }),
  })
  .meta({ id: 'ExchangeSummary', description: 'one simulated call or one try to deliver a callback, in short' })

export type ExchangeSummaryJson = z.output<typeof exchangeSummaryJson>

export function summarizeExchange(exchange: Exchange): ExchangeSummaryJson {
  const { callback, code, request, response, remarks } = exchange
  const [remark] = remarks
  // What a receiver of callbacks replies is not ours to quote.
  const message = code !== undefined && !callback && response ? messageOf(response.body) : undefined
  return {
    ...describeHead(exchange),
    method: request.method.slice(0, SHOWN_CHARACTERS),
    target: request.target.slice(0, SHOWN_CHARACTERS),
    ...(response && { status: response.status }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message: message.slice(0, SHOWN_CHARACTERS) }),
    ...(remark && { remark: summarizeRemark(remark) }),
  }
}

function summarizeRemark({ about, text, verdict, causes }: Remark): NonNullable<ExchangeSummaryJson['remark']> {
  return {
    about,
    text: text.slice(0, SHOWN_CHARACTERS),
    ...(verdict && { verdict }),
    ...(causes && {
      causes: causes.map(({ name, value }) => ({
        name,
        ...(value !== undefined && { value: value.slice(0, SHOWN_CHARACTERS) }),
      })),
    }),
  }
}

/** The message of an error that WeChat Pay's side answered with. */
function messageOf(body: Uint8Array): string | undefined {
  try {
    const answer: unknown = JSON.parse(Buffer.from(body).toString('utf8'))
    const known = typeof answer === 'object' && answer !== null && 'message' in answer ? answer.message : undefined
    return typeof known === 'string' ? known : undefined
  } catch {
    // An answer that a fault has cut.
    return undefined
  }
}

/** Whether a text stands anywhere in an exchange, in upper or lower case. */
export function exchangeHasText(exchange: Exchange, text: string): boolean {
  const wanted = text.toLowerCase()
  return textsOf(exchange).some((one) => one.toLowerCase().includes(wanted))
}

function textsOf({ id, operation, mchid, callback, code, request, response, remarks }: Exchange): readonly string[] {
  return [
    id,
    operation ?? '',
    mchid ?? '',
    callback?.eventType ?? '',
    callback?.id ?? '',
    code ?? '',
    `${request.method} ${request.target}`,
    Buffer.from(request.body).toString('utf8'),
    Buffer.from(response?.body ?? []).toString('utf8'),
    ...remarks.map((remark) => remark.text),
  ]
}
