import { z } from 'zod'
import type { Exchange } from '../../engine/journal.ts'
import { describeHead, exchangeHead } from './exchange-head.ts'

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
    remark: z
      .strictObject({ about: z.string(), text: z.string() })
      .optional()
      .meta({ description: `the first of its remarks, up to ${SHOWN_CHARACTERS} characters` }),
  })
  .meta({ id: 'ExchangeSummary', description: 'one simulated call or one try to deliver a callback, in short' })

export type ExchangeSummaryJson = z.output<typeof exchangeSummaryJson>

export function summarizeExchange(exchange: Exchange): ExchangeSummaryJson {
  const { code, request, response, remarks } = exchange
  const [remark] = remarks
  return {
    ...describeHead(exchange),
    method: request.method.slice(0, SHOWN_CHARACTERS),
    target: request.target.slice(0, SHOWN_CHARACTERS),
    ...(response && { status: response.status }),
    ...(code !== undefined && { code }),
    ...(remark && { remark: { about: remark.about, text: remark.text.slice(0, SHOWN_CHARACTERS) } }),
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
