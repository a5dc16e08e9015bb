import { z } from 'zod'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { refusalAt, UsageError } from '../../protocol/errors.ts'
import { timeWithMilliseconds } from '../../protocol/instant.ts'
import { piecesOf } from '../../shared/pieces.ts'
import { oneLine } from '../../shared/shell.ts'
import type { Language, Texts } from '../../shared/texts.ts'
import { defineCall } from '../call.ts'
import { EXPORT_LIMITS, type ExportFormat } from '../formats/export-limits.ts'
import { harEntry, harJson, harOf } from '../formats/har.ts'
import { pageQuery } from '../formats/page.ts'
import { commandOf, signatureQuery } from './exchanges.ts'
import { journalFilter, journalRefusals, newestCount, searchedExchanges } from './journal.ts'

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
 * @param language of the comments
 * @param commandOf turns one call into a command; if it throws a UsageError, the script states the reason instead
 */
async function curlScript(
  exchanges: readonly Exchange[],
  language: Language,
  commandOf: (exchange: Exchange) => Promise<string>,
): Promise<CurlScript> {
  const blocks: string[] = []
  let calls = 0
  for (const exchange of exchanges) {
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
export const exportQuery = journalFilter.extend({
  text: pageQuery.shape.text,
  limit: newestCount,
})

export const exportRefusals = {
  ...journalRefusals,
  MOCK_TOO_MANY_EXCHANGES: 'more exchanges pass the filter than this format takes; the message says how many it takes',
} as const

/**
 * The exchanges to export, oldest first.
 *
 * @throws UsageError `MOCK_OPERATION_UNKNOWN`, `MOCK_TOO_MANY_EXCHANGES`
 */
export async function exportedExchanges(
  mock: Mock,
  format: ExportFormat,
  { text, limit, ...query }: z.output<typeof exportQuery>,
): Promise<readonly Exchange[]> {
  const found = await searchedExchanges(mock, query, text)
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
  async handle({ query }, { mock, address, language }) {
    const entries: ReturnType<typeof harEntry>[] = []
    for await (const some of piecesOf(await exportedExchanges(mock, 'har', query))) {
      entries.push(...some.map((one) => harEntry(one, address.baseUrl, language)))
    }
    return harOf(entries)
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
  async handle({ query: { signature, ...query } }, { mock, address, language }) {
    const found = await exportedExchanges(mock, 'curl', query)
    return curlScript(found, language, (one) => commandOf(mock, one, { signature, baseUrl: address.baseUrl }))
  },
})
