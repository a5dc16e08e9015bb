import { z } from 'zod'
import { unknownOperation } from '../../engine/faults/check-plan.ts'
import { type Exchange, type ExchangeFilter, matches, OUTCOMES, type Remark } from '../../engine/journal/journal.ts'
import { callOf, nonceRemark, sharesNonce, signerOf } from '../../engine/journal/nonces.ts'
import type { Mock } from '../../engine/mock.ts'
import { mchid, time } from '../../engine/state/json-fields.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { type Awaitable, mapUnhurried, unhurried } from '../../wire/shared/pieces.ts'
import { countJson, exchangeJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { describeExchange } from '../describe-exchange.ts'
import { exchangeHasText, exchangeSummaryJson, summarizeExchange } from '../formats/exchange-summary.ts'
import { settingsJson } from '../formats/overview.ts'
import { pageOf, pageQuery, queryCount, USUAL_LENGTH } from '../formats/page.ts'
import {
  causeCountsJson,
  countCauses,
  countOutcomes,
  outcomeCountsJson,
  recentTraffic,
  recentTrafficJson,
} from '../formats/traffic.ts'
import type { Served } from '../route.ts'

export const journalFilter = z.strictObject({
  operation: z
    .string()
    .optional()
    .meta({ description: 'id of an operation', examples: ['associateTradeInfo'] }),
  mchid: mchid.optional().describe('who the call is from, or says it is from, or the callback is for'),
  status: z.coerce.number<string>().int().min(100).max(599).optional().describe('HTTP status of the answer or reply'),
  stock_id: z.string().optional().describe('a batch that the call names'),
  coupon_code: z.string().optional().describe('a coupon that the call names'),
  nonce: z.string().optional().describe('nonce_str of the Authorization header, one for each call'),
  callbacks: z
    .enum(['only', 'no'])
    .optional()
    .describe('only tries to deliver callbacks, or no such; both if left out'),
  outcome: z
    .enum(OUTCOMES)
    .optional()
    .describe(
      'how it ended: error is anything but 2xx, other has no answer or none of these statuses, faulted was hit by a planned fault',
    ),
  cause: z
    .string()
    .optional()
    .meta({ description: 'what went wrong, by its name in `causes` of a page', examples: ['method_case'] }),
  from: time.optional().describe("not before, on the mock's clock"),
  to: time.optional().describe("not after, on the mock's clock"),
})

/** Maximum number of exchanges to take. */
export const newestCount = queryCount.optional().describe('how many, the newest; all if left out')

export const exchangeParams = z.object({
  id: z.string().describe('its Request-ID, with or without the code behind the dash'),
})

export const exchangeRefusals = { MOCK_EXCHANGE_UNKNOWN: 'the journal has no call with this id' } as const

export function oneExchangeJson({ tables, settingDefinitions }: Served) {
  return exchangeJson(tables, settingsJson(settingDefinitions))
}

export const journalRefusals = { MOCK_OPERATION_UNKNOWN: 'the mock has no operation with this id' } as const

export const journal = defineCall({
  summary:
    'The latest simulated calls with their answers, and tries to deliver callbacks with their replies, oldest first',
  query: journalFilter.extend({ limit: newestCount }),
  answer: (served: Served) => z.array(oneExchangeJson(served)),
  refusals: journalRefusals,
  isCostly: true,
  async handle({ query: { limit, ...query } }, { mock, language, left }) {
    const wanted = (await exchanges(mock, query)).slice(limit === undefined ? 0 : -limit)
    return mapUnhurried(wanted, (one) => describeExchange(one, mock.tables, language), left)
  },
})

export const journalCount = defineCall({
  summary: 'How many calls the journal has',
  query: journalFilter,
  answer: countJson,
  refusals: journalRefusals,
  handle: async ({ query }, { mock }) => ({ count: (await exchanges(mock, query)).length }),
})

const journalPageJson = pageOf(exchangeSummaryJson)
  .extend({
    dropped: z
      .strictObject({
        by_number: z.int().min(0).describe('as there were more than the journal keeps'),
        by_size: z.int().min(0).describe('as all of them together were larger than 16 MiB'),
      })
      .optional()
      .describe('how many have been dropped since the journal was cleared; left out where none was'),
    counts: outcomeCountsJson
      .optional()
      .describe('how many ended in which way, whatever outcome is asked for; on the first page'),
    causes: causeCountsJson
      .optional()
      .describe('errors by cause, whatever outcome, status and cause are asked for; on the first page'),
    recent: recentTrafficJson
      .optional()
      .describe('the last minutes, whatever outcome and time are asked for; on the first page'),
  })
  .meta({ id: 'JournalPage' })

export type JournalPage = z.output<typeof journalPageJson>

export const journalPage = defineCall({
  summary: 'The latest simulated calls and tries to deliver callbacks in short, the newest first, page by page',
  query: journalFilter.extend(pageQuery.shape),
  answer: journalPageJson,
  refusals: journalRefusals,
  async handle({ query: { text, cursor, limit = USUAL_LENGTH, ...query } }, { mock, language, left }) {
    const { outcome, status, cause, from, to, ...others } = query
    const searched = await searchedExchanges(mock, others, text, left)
    const found = searched.filter(passing(mock, { status, cause }))
    const inTime = found.filter(passing(mock, { from, to }))
    const newest = inTime.filter(passing(mock, { outcome })).toReversed()
    const last = newest.findIndex(({ id }) => id === cursor)
    // The oldest are dropped first: once the exchange that the cursor names was dropped, so were all those after it.
    const start = cursor === undefined ? 0 : last === -1 ? newest.length : last + 1
    const taken = newest.slice(start, start + limit)
    const next = start + limit < newest.length ? taken.at(-1)?.id : undefined
    const { byNumber, bySize } = await mock.exchanges.dropped()
    return {
      items: await mapUnhurried(taken, (one) => summarizeExchange(mock, one, language), left),
      next,
      total: newest.length,
      dropped: byNumber + bySize > 0 ? { by_number: byNumber, by_size: bySize } : undefined,
      ...(cursor === undefined && {
        counts: countOutcomes(inTime),
        causes: countCauses(searched.filter(passing(mock, { from, to })), language),
        recent: recentTraffic(found, mock.clock.now()),
      }),
    }
  },
})

export const clearJournal = defineCall({
  summary: 'Forget the calls so far',
  handle: (_, { mock }) => mock.exchanges.clear(),
})

export const exchange = defineCall({
  summary: 'One call with its answer',
  params: exchangeParams,
  answer: oneExchangeJson,
  refusals: exchangeRefusals,
  async handle({ params: { id } }, { mock, language }) {
    const found = await namedExchange(mock, id)
    const remarks = [...(await mock.diagnoses.ofExchange(found)), ...(await ofNonce(mock, found))]
    return describeExchange({ ...found, remarks }, mock.tables, language)
  },
})

/** The remark on a call whose nonce the journal has in another call of the same caller. */
async function ofNonce({ exchanges }: Mock, { id, request }: Exchange): Promise<readonly Remark[]> {
  const own = signerOf(request)
  if (own === undefined) return []
  const others = await exchanges.list({ nonce: own.nonce })
  const other = others.find((one) => one.id !== id && sharesNonce(own, signerOf(one.request)))
  return other ? [nonceRemark(own, signerOf(other.request), callOf(other.id))] : []
}

/** @throws UsageError `MOCK_EXCHANGE_UNKNOWN` */
export async function namedExchange(mock: Mock, id: string): Promise<Exchange> {
  const found = await mock.exchanges.find(id.split('-', 1).join())
  if (found) return found
  throw refusalAt('/path/id', 'MOCK_EXCHANGE_UNKNOWN', {
    en: `The journal has no call ${id}: ids are the Request-ID of an answer, and only the latest calls are kept.`,
    zh: `请求记录中没有 ${id}：编号是应答头中的 Request-ID，且只保留最近的请求。`,
  })
}

type Filter = z.output<typeof journalFilter>

/** The exchanges that pass a filter and contain a text, oldest first. @throws UsageError `MOCK_OPERATION_UNKNOWN` */
export async function searchedExchanges(
  mock: Mock,
  query: Filter,
  text: string | undefined,
  left: AbortSignal,
): Promise<readonly Exchange[]> {
  const listed = await exchanges(mock, query)
  if (text === undefined) return listed
  const found: Exchange[] = []
  for await (const one of unhurried(listed, left)) if (exchangeHasText(one, text)) found.push(one)
  return found
}

function exchanges(mock: Mock, query: Filter): Awaitable<readonly Exchange[]> {
  return mock.exchanges.list(engineFilter(mock, query))
}

function passing(mock: Mock, query: Filter): (exchange: Exchange) => boolean {
  const wanted = engineFilter(mock, query)
  return (exchange) => matches(exchange, wanted)
}

/** @throws UsageError `MOCK_OPERATION_UNKNOWN` */
function engineFilter(
  mock: Mock,
  { stock_id: stockId, coupon_code: couponCode, from, to, ...same }: Filter,
): ExchangeFilter {
  const { operation } = same
  if (operation !== undefined && !mock.operations.some(({ id }) => id === operation)) {
    throw unknownOperation(operation, '/query/operation', mock.operations)
  }
  return {
    ...same,
    stockId,
    couponCode,
    from: from === undefined ? undefined : Date.parse(from),
    to: to === undefined ? undefined : Date.parse(to),
    // A member that is `undefined` filters nothing.
  } as ExchangeFilter
}
