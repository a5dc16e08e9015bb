import { z } from 'zod'
import { FAULT_EFFECTS } from '../../engine/faults/effects.ts'
import type { Exchange, Remark } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Language } from '../../shared/texts.ts'
import { describeHead, exchangeHead } from './exchange-head.ts'
import { describeNames, remarkNames } from './remark-names.ts'
import { describeRequestNames, requestNames } from './request-names.ts'
import { verdict } from './verdict.ts'

/** Maximum length of a target or a remark in a list, in characters. */
const SHOWN_CHARACTERS = 300

const NO_BODY = new Uint8Array(0)

/** An exchange in a list. Its size is bounded, whatever a client sends. */
export const exchangeSummaryJson = z
  .strictObject({
    ...exchangeHead,
    method: z.string(),
    target: z.string().meta({ description: `its first ${SHOWN_CHARACTERS} characters` }),
    status: z.int().optional().meta({ description: 'left out where there is no answer' }),
    ...requestNames,
    effects: z
      .array(z.enum(FAULT_EFFECTS))
      .optional()
      .meta({ description: 'what planned faults did besides answering with an error; left out where none hit it' }),
    remark: z
      .strictObject({
        about: z.string(),
        text: z.string(),
        verdict: verdict.optional(),
        causes: z
          .array(z.strictObject({ name: z.string(), value: z.string().optional() }))
          .optional()
          .meta({ description: 'why the call was not let in, for those who say it in another language' }),
        ...remarkNames,
      })
      .optional()
      .meta({ description: `the first of its remarks; of each text the first ${SHOWN_CHARACTERS} characters` }),
  })
  .meta({ id: 'ExchangeSummary', description: 'one simulated call or one try to deliver a callback, in short' })

export type ExchangeSummaryJson = z.output<typeof exchangeSummaryJson>

export function summarizeExchange(
  { operations }: Pick<Mock, 'operations'>,
  exchange: Exchange,
  language: Language,
): ExchangeSummaryJson {
  const { request, response, remarks } = exchange
  const [remark] = remarks
  const ofFaults = remarks.filter(({ about }) => about === 'fault')
  const operation = operations.find(({ id }) => id === exchange.operation)
  return {
    ...describeHead(exchange),
    method: shown(request.method),
    target: shown(request.target),
    ...(response && { status: response.status }),
    ...describeRequestNames(request, operation?.path, shown),
    ...(ofFaults.length > 0 && { effects: ofFaults.flatMap(({ effects = [] }) => effects) }),
    ...(remark && { remark: summarizeRemark(remark, language) }),
  }
}

function summarizeRemark(remark: Remark, language: Language): NonNullable<ExchangeSummaryJson['remark']> {
  const { about, text, verdict, causes } = remark
  return {
    about,
    text: shown(text[language]),
    ...(verdict && { verdict }),
    ...(causes && {
      causes: causes.map(({ name, value }) => ({ name, ...(value !== undefined && { value: shown(value) }) })),
    }),
    ...describeNames(remark, shown),
  }
}

function shown(text: string): string {
  return text.slice(0, SHOWN_CHARACTERS)
}

/** Whether an exchange contains a text anywhere, ignoring case, in the texts of either language. */
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
    textOf(request.body),
    textOf(response?.body),
    ...remarks.flatMap(({ text, error = '' }) => [text.en, text.zh, error]),
  ]
}

function textOf(body: Uint8Array = NO_BODY): string {
  // A view, because copying every body in the journal would cost more than the search.
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}
