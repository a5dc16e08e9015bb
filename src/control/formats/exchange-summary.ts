import { z } from 'zod'
import { ATTEMPT_REASONS } from '../../engine/callbacks/notification.ts'
import { FAULT_EFFECTS } from '../../engine/faults/fault-plan.ts'
import { pathMembers, type WireRequest } from '../../engine/http-message.ts'
import { type Exchange, explainingRemark, type Remark } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { time } from '../../engine/state/json-fields.ts'
import { describeCause, en, zh } from '../../wire/diagnosis/index.ts'
import { exactTime, timeWithMilliseconds } from '../../wire/protocol/instant.ts'
import { textMembers } from '../../wire/protocol/json-object.ts'
import { type Language, shortened } from '../../wire/shared/texts.ts'

/** Texts of the diagnosis in each language. */
export const DIAGNOSIS = { en, zh }

export const verdict = z
  .enum(['proved', 'verifies', 'message_unknown', 'key_unknown', 'not_a_signature', 'not_examined'])
  .describe(
    'for a signature that was refused, what is certain: all of it (proved), the key but not the message, not even the key; not_examined when too many were wrong in a short time to look for more than a single mistake',
  )

/** Names in a remark besides its text, in summaries and in full: for programs, and to word it in another language. */
export const remarkNames = {
  error: z.string().optional().describe('the error of a refusal, as a planned fault would name it'),
  attempt: z
    .strictObject({
      reason: z.strictObject({
        name: z.enum([...ATTEMPT_REASONS, 'not_taken']),
        value: z.string().optional().describe('what exactly, where the name leaves that open'),
      }),
      next_time: time.optional().describe('when the next try begins; left out where none follows'),
    })
    .optional()
    .describe('why a callback was not taken, or not even sent'),
  effects: z
    .array(z.enum(FAULT_EFFECTS))
    .optional()
    .describe('what a planned fault did, besides answering with an error'),
}

/** The members of {@link remarkNames} for one remark; `shown` shortens a text. JSON leaves out what is `undefined`. */
export function describeNames({ error, attempt, effects }: Remark, shown: (text: string) => string = (text) => text) {
  return {
    error,
    attempt: attempt && {
      reason: {
        name: attempt.reason.name,
        value: attempt.reason.value === undefined ? undefined : shown(attempt.reason.value),
      },
      next_time: attempt.nextAt === undefined ? undefined : exactTime(attempt.nextAt),
    },
    effects: effects && [...effects],
  }
}

/** Names of the shop's own things in a request or a callback, so that a list can tell one from the next. */
export const ownNames = {
  coupon_code: z.string().optional().describe('the coupon that it names'),
  out_trade_no: z.string().optional().describe('the order that it names'),
  request_no: z
    .string()
    .optional()
    .describe(
      "the shop's own number of the call: use_request_no, out_request_no, out_refund_no …; of a callback that has none of these, WeChat Pay's number of what it tells of",
    ),
}

/** WeChat Pay gives a shop's call number one of these names; an order's number outlives the call. */
export const REQUEST_NO = /request_no$|^out_(?!trade_no$)\w+_no$/

/** WeChat Pay's own number of what a callback tells of, rather than of whom or of what that is made. */
const TOLD_NO = /^(?!(?:brand|service|shop|stock)_)\w+_(?:id|number)$/

/**
 * The members of {@link ownNames} for one request: from its path, query and JSON body.
 *
 * @param path of the operation, with variables in braces; `undefined` for a path that is not served
 */
function describeRequestNames({ target, body }: WireRequest, path: string | undefined) {
  const [, query = ''] = target.split('?', 2)
  return namesAmong({
    ...pathMembers(path ?? '', target),
    ...Object.fromEntries(new URLSearchParams(query)),
    ...Object.fromEntries(textMembers(body)),
  })
}

/** The members of {@link ownNames} for what is sealed in a callback. */
export function describeToldNames(resource: string) {
  const told = Object.fromEntries(textMembers(Buffer.from(resource)))
  const names = namesAmong(told)
  return Object.values(names).some((name) => name !== undefined) ? names : namesAmong(told, TOLD_NO)
}

function namesAmong(named: Readonly<Record<string, string>>, requestNo = REQUEST_NO) {
  const textOf = (name: string | undefined) => {
    const text = name === undefined ? undefined : named[name]
    return text === undefined || text === '' ? undefined : shown(text)
  }
  return {
    coupon_code: textOf('coupon_code'),
    out_trade_no: textOf('out_trade_no') ?? textOf('combine_out_trade_no'),
    request_no: textOf(Object.keys(named).find((name) => requestNo.test(name) && textOf(name) !== undefined)),
  }
}

/** Maximum length of a text in a list, in characters. */
export const SHOWN_CHARACTERS = 300

/** Members that identify an exchange, in summaries and in full: id, time, call, merchant, and its failure if any. */
export const exchangeHead = {
  id: z.string().describe('the Request-ID without the code behind the dash'),
  time: time.describe("on the mock's clock"),
  duration_ms: z.number().describe("on the machine's clock"),
  operation: z.string().optional().describe('left out when the path has none'),
  served: z
    .literal('shaped')
    .optional()
    .describe('set where the answer has the documented shape, without rules behind it'),
  mchid: z.string().optional().describe('who it is from, or says it is from; of a callback, whom it is for'),
  callback: z
    .strictObject({
      id: z.string().describe("the callback's id, the same in every repeat"),
      event_type: z.string(),
      attempt: z.int().min(1).describe('1 for the first try'),
    })
    .optional()
    .describe('set for a try to deliver a callback'),
  code: z.string().optional().describe('of the error answered with'),
  message: z
    .string()
    .optional()
    .describe(`of the error answered with, its first ${SHOWN_CHARACTERS} characters, and … where more follow`),
}

/** The members of {@link exchangeHead}, for one exchange. */
export function describeHead({ id, at, durationMs, operation, shaped, mchid, callback, code, response }: Exchange) {
  // The reply of a callback receiver is not an error of WeChat Pay.
  const message = code !== undefined && !callback && response ? messageOf(response.body) : undefined
  return {
    id,
    time: timeWithMilliseconds(at),
    duration_ms: durationMs,
    operation,
    served: shaped ? ('shaped' as const) : undefined,
    mchid,
    callback: callback && { id: callback.id, event_type: callback.eventType, attempt: callback.attempt },
    code,
    message: message === undefined ? undefined : shortened(message, SHOWN_CHARACTERS),
  }
}

/** The message of an error in an answer of WeChat Pay. */
function messageOf(body: Uint8Array): string | undefined {
  return textMembers(body).get('message')
}

/** An exchange in a list. Its size is bounded, whatever a client sends. */
export const exchangeSummaryJson = z
  .strictObject({
    ...exchangeHead,
    title: z
      .string()
      .optional()
      .describe('of the operation, in the language asked for; left out where the mock has none'),
    method: z.string(),
    target: z.string().describe(`its first ${SHOWN_CHARACTERS} characters`),
    status: z.int().optional().describe('left out where there is no answer'),
    ...ownNames,
    effects: z
      .array(z.enum(FAULT_EFFECTS))
      .optional()
      .describe('what planned faults did besides answering with an error; left out where none hit it'),
    remark: z
      .strictObject({
        about: z.string(),
        text: z.string(),
        verdict: verdict.optional(),
        causes: z
          .array(z.strictObject({ name: z.string(), value: z.string().optional(), explanation: z.string() }))
          .optional()
          .describe('why the call failed authentication: names for programs, and a sentence about each'),
        ...remarkNames,
      })
      .optional()
      .describe(
        `the remark that says why it ended so; of each text the first ${SHOWN_CHARACTERS} characters, and … where more follow`,
      ),
  })
  .meta({ id: 'ExchangeSummary', description: 'one simulated call or one try to deliver a callback, in short' })

export type ExchangeSummaryJson = z.output<typeof exchangeSummaryJson>

export function summarizeExchange(
  { operations }: Pick<Mock, 'operations'>,
  exchange: Exchange,
  language: Language,
): ExchangeSummaryJson {
  const { request, response, remarks } = exchange
  const remark = explainingRemark(remarks)
  const ofFaults = remarks.filter(({ about }) => about === 'fault')
  const operation = operations.find(({ id }) => id === exchange.operation)
  return {
    ...describeHead(exchange),
    title: language === 'zh' ? operation?.title : operation?.summary,
    method: shown(request.method),
    target: shown(request.target),
    status: response?.status,
    ...(exchange.callback
      ? describeToldNames(exchange.callback.resource ?? '')
      : describeRequestNames(request, operation?.path)),
    effects: ofFaults.length > 0 ? ofFaults.flatMap(({ effects = [] }) => effects) : undefined,
    remark: remark && summarizeRemark(remark, language),
  }
}

function summarizeRemark(remark: Remark, language: Language): NonNullable<ExchangeSummaryJson['remark']> {
  const { about, text, verdict, causes } = remark
  return {
    about,
    text: shortened(text[language], SHOWN_CHARACTERS),
    verdict,
    causes: causes?.map((cause) => ({
      name: cause.name,
      value: cause.value === undefined ? undefined : shown(cause.value),
      explanation: describeCause(cause, DIAGNOSIS[language]).explanation,
    })),
    ...describeNames(remark, shown),
  }
}

export function shown(text: string): string {
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
    callback?.resource ?? '',
    code ?? '',
    `${request.method} ${request.target}`,
    textOf(request.body),
    textOf(response?.body),
    ...remarks.flatMap(({ text, error = '' }) => [text.en, text.zh, error]),
  ]
}

function textOf(body: Uint8Array | undefined): string {
  if (!body) return ''
  // A view, because copying every body in the journal would cost more than the search.
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8')
}
