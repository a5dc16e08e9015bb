import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { timeWithMilliseconds } from '../../wire/protocol/instant.ts'
import { mapUnhurried, unhurried } from '../../wire/shared/pieces.ts'
import { oneLine } from '../../wire/shared/shell.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import type { AnyExchangeJson, CredentialsJson } from '../answer-format.ts'
import { type CallContext, defineCall, type RecordedContract } from '../call.ts'
import { describeExchange } from '../describe-exchange.ts'
import { harEntry, harJson, harOf } from '../formats/har.ts'
import { pactJson } from '../formats/overview.ts'
import { pageQuery } from '../formats/page.ts'
import { EXPORT_LIMITS, type ExportFormat } from '../routes.ts'
import { commandOf, signatureQuery } from './exchanges.ts'
import {
  exchangeParams,
  exchangeRefusals,
  journalFilter,
  journalRefusals,
  namedExchange,
  newestCount,
  searchedExchanges,
} from './journal.ts'
import { describeCredentials } from './merchants.ts'

interface CurlScript {
  readonly script: string
  readonly calls: number
  readonly left_out: number
}

const LEFT_OUT: Texts = { en: 'Left out:', zh: '未导出：' }

/** Characters of a target shown in a comment; the command has all of it. */
const SHOWN_CHARACTERS = 300

/**
 * A bash script that repeats calls one after the other, each with a comment. A call that fails does not stop the script.
 *
 * @param context with the language of the comments
 * @param commandOf turns one call into a command; if it throws a UsageError, the script states the reason instead
 */
async function curlScript(
  exchanges: readonly Exchange[],
  { language, left }: Pick<CallContext, 'language' | 'left'>,
  commandOf: (exchange: Exchange) => Promise<string>,
): Promise<CurlScript> {
  const blocks: string[] = []
  let calls = 0
  for await (const exchange of unhurried(exchanges, left)) {
    const title = `# ${describe(exchange)}`
    try {
      blocks.push(`${title}\n${await commandOf(exchange)}\necho`)
      calls += 1
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      blocks.push(`${title}\n# ${LEFT_OUT[language]} ${oneLine(error.texts[language])}`)
    }
  }
  return {
    script: `${['#!/usr/bin/env bash', ...blocks].join('\n\n')}\n`,
    calls,
    left_out: exchanges.length - calls,
  }
}

/** An exchange on one line, escaped so that nothing can break out of a comment. */
function describe({ id, at, request, response, callback, operation }: Exchange): string {
  const target = request.target.slice(0, SHOWN_CHARACTERS)
  const name = callback?.eventType ?? operation
  const status = response ? ` → ${response.status}` : ''
  return oneLine(
    `${timeWithMilliseconds(at)} ${name === undefined ? '' : `${name}: `}${request.method} ${target}${status} (${id})`,
  )
}

/** Filter of the export: the same as the list's. */
export const exportQuery = journalFilter.extend({ text: pageQuery.shape.text, limit: newestCount })

export const exportRefusals = {
  ...journalRefusals,
  MOCK_TOO_MANY_EXCHANGES: 'more exchanges pass the filter than this format takes; the message says how many it takes',
} as const

/** The exchanges to export, oldest first. @throws UsageError `MOCK_OPERATION_UNKNOWN`, `MOCK_TOO_MANY_EXCHANGES` */
export async function exportedExchanges(
  { mock, left }: Pick<CallContext, 'mock' | 'left'>,
  format: ExportFormat,
  { text, limit, ...query }: z.output<typeof exportQuery>,
): Promise<readonly Exchange[]> {
  const found = await searchedExchanges(mock, query, text, left)
  const taken = limit === undefined ? found : found.slice(-limit)
  const most = EXPORT_LIMITS[format]
  if (taken.length <= most) return taken
  throw refusalAt('/query/limit', 'MOCK_TOO_MANY_EXCHANGES', {
    en: `${taken.length} exchanges pass the filter, and this format takes ${most}: narrow the filter, or take the newest with limit=${most}.`,
    zh: `符合条件的请求记录有 ${taken.length} 条，此格式最多 ${most} 条：请缩小筛选范围，或用 limit=${most} 只取最新的。`,
  })
}

export const journalHar = defineCall({
  summary: 'Calls, and callbacks that the mock sent, as an HTTP archive (HAR 1.2), which browsers and HTTP tools open',
  query: exportQuery,
  answer: harJson,
  refusals: exportRefusals,
  isCostly: true,
  async handle({ query }, context) {
    const { address, language, left } = context
    const found = await exportedExchanges(context, 'har', query)
    return harOf(await mapUnhurried(found, (one) => harEntry(one, address.baseUrl, language), left))
  },
})

export const journalCurl = defineCall({
  summary: 'Calls as a bash script of curl commands, the oldest first; what cannot be sent like that is said in it',
  query: exportQuery.extend(signatureQuery.shape),
  answer: z
    .strictObject({
      script: z.string(),
      calls: z.int().min(0).describe('how many commands it has'),
      left_out: z.int().min(0).describe('exchanges that are only named in it, with why'),
    })
    .meta({ id: 'CurlScript' }),
  refusals: exportRefusals,
  isCostly: true,
  async handle({ query: { signature, ...query } }, context) {
    const { mock, address } = context
    const found = await exportedExchanges(context, 'curl', query)
    return curlScript(found, context, (one) => commandOf(mock, one, { signature, baseUrl: address.baseUrl }))
  },
})

const names = {
  consumer: z.string().min(1).max(100).optional().describe('wechatpay-client if left out'),
  provider: z.string().min(1).max(100).optional().describe('wechatpay if left out'),
}

export const exchangePact = defineCall({
  summary: 'A call as a Pact contract of specification 4, with the provider states that it needs, tried out before',
  params: exchangeParams,
  query: z.strictObject(names),
  answer: pactJson,
  refusals: {
    ...exchangeRefusals,
    MOCK_EXCHANGE_CALLBACK: 'it is a try to deliver a callback, and no call',
    MOCK_NO_CONTRACT: 'no contract can be made of it; the message says why',
  },
  async handle({ params: { id }, query }, context) {
    const found = await namedExchange(context.mock, id)
    if (found.callback) {
      throw refusalAt('/path/id', 'MOCK_EXCHANGE_CALLBACK', {
        en: `${id} is a try to deliver a callback: record a call.`,
        zh: `${id} 是一次回调的发送，不能录制成契约，请选择一个请求。`,
      })
    }
    return copyOf(await pactOf(found, query, context))
  },
})

/** A contract of one call. @throws UsageError `MOCK_NO_CONTRACT` */
export async function pactOf(
  exchange: Exchange,
  given: Names,
  context: CallContext,
): Promise<RecordedContract['pact']> {
  const { pact, leftOut } = await record([exchange], given, context)
  const [unfit] = leftOut
  if (!unfit) return pact
  throw refusalAt('/path/id', 'MOCK_NO_CONTRACT', {
    en: `No contract can be made of ${exchange.id}: ${unfit.texts.en}.`,
    zh: `无法把 ${exchange.id} 录制成契约：${unfit.texts.zh}。`,
  })
}

type Names = { readonly [Name in keyof typeof names]?: string | undefined }

const leftOutJson = z
  .strictObject({
    id: z.string().describe('of the first: its Request-ID without the code behind the dash'),
    call: z.string().describe('method and path, or the event of a callback'),
    status: z.int().optional().describe('HTTP status of the answer'),
    reason: z.string(),
    times: z.int().min(1).describe('how many there are of this kind, for this reason'),
  })
  .meta({ id: 'LeftOut', description: 'calls or callbacks that no contract can be made of' })

export const journalPact = defineCall({
  summary: 'Calls and callbacks as one Pact contract, each kind once, and what was left out of it',
  query: exportQuery.extend(names),
  answer: z.strictObject({ pact: pactJson, left_out: z.array(leftOutJson) }).meta({ id: 'JournalPact' }),
  refusals: exportRefusals,
  isCostly: true,
  async handle({ query: { consumer, provider, ...query } }, context) {
    const found = await exportedExchanges(context, 'pact', query)
    const { pact, leftOut } = await record(found, { consumer, provider }, context)
    return {
      pact: copyOf(pact),
      left_out: leftOut.map(({ texts, ...one }) => ({ ...one, reason: texts[context.language] })),
    }
  },
})

async function record(
  exchanges: Awaited<ReturnType<typeof exportedExchanges>>,
  given: Names,
  { mock, address, recorder, language, left }: CallContext,
): Promise<RecordedContract> {
  const described: AnyExchangeJson[] = await mapUnhurried(
    exchanges,
    (one) => describeExchange(one, mock.tables, language),
    left,
  )
  return recorder(described, { ...given, language, left, credentialsOf: credentialsIn(mock, address.baseUrl) })
}

function credentialsIn(mock: Mock, baseUrl: string): (mchid: string) => Promise<CredentialsJson | undefined> {
  return async (mchid) => {
    const merchant = mock.merchants.find(mchid)
    return merchant?.privateKey === undefined ? undefined : describeCredentials(mock, merchant, { baseUrl })
  }
}

function copyOf(pact: RecordedContract['pact']): z.input<typeof pactJson> {
  return { ...pact, interactions: pact.interactions.map((one) => ({ ...one })) }
}
