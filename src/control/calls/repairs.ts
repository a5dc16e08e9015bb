import { z } from 'zod'
import { pathMembers } from '../../engine/http-message.ts'
import { rowsIn } from '../../engine/journal/found.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import { keyOf } from '../../engine/state/table.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { parseJson } from '../../wire/protocol/json-object.ts'
import { listed, type Texts } from '../../wire/shared/texts.ts'
import { type CallContext, defineCall } from '../call.ts'
import { exchangeSummaryJson, summarizeExchange } from '../formats/exchange-summary.ts'
import { textsJson } from '../formats/overview.ts'
import { exchangeThingJson, takeJson } from '../formats/thing.ts'
import type { Known, Repair } from '../repairs/rehearsal.ts'
import { repairsOf } from '../repairs/repairs.ts'
import { thingsOfExchange, touchingHistory } from '../things/read-things.ts'
import { showListed, stateOf } from '../things/shown.ts'
import { exchangeParams, exchangeRefusals, namedExchange } from './journal.ts'

const repairsJson = z
  .strictObject({
    accepted: z.boolean().describe('whether the same call would be accepted as things are now'),
    advice: z.string().describe('what to do'),
    members: z.array(z.string()).describe('what to change in the request, as JSON pointers, where that is known'),
    repairs: z
      .array(
        z.strictObject({
          title: textsJson,
          take: takeJson.optional().describe('the control call that makes the change'),
          mchid: z.string().optional().describe('in place of a control call: the merchant to make the call as'),
          about: exchangeThingJson.optional().describe('what it changes'),
        }),
      )
      .describe('changes after which the call is accepted, each tried out and undone'),
    causes: z
      .array(
        z.strictObject({
          about: exchangeThingJson.describe('as the call found it'),
          time: z.string().optional().describe('since when it was in that state; left out if not known'),
          exchange: exchangeSummaryJson.optional().describe('the call that brought it there, if the journal has one'),
        }),
      )
      .describe('the things that the call found in a state that does not let it through'),
    first: exchangeSummaryJson.optional().describe('the call that took effect under the same number before'),
  })
  .meta({ id: 'Repairs', description: 'what would let a refused call through' })

export type RepairsJson = z.output<typeof repairsJson>

export const exchangeRepairs = defineCall({
  summary: 'What would let a refused call through, which call brought that about, and what to change',
  params: exchangeParams,
  answer: repairsJson,
  refusals: {
    ...exchangeRefusals,
    MOCK_EXCHANGE_NOT_REFUSED: { status: 409, when: 'no rule of the simulated service refused it' },
  },
  isCostly: true,
  async handle({ params: { id } }, context) {
    const { mock, language } = context
    const exchange = await namedExchange(mock, id)
    const refused = exchange.remarks.find(({ about }) => about === 'refusal')
    if (!refused) throw notRefused(exchange)
    const { isAccepted, repairs } = await repairsOf(exchange, context)
    const first = await firstOf(exchange, context)
    const members = repairs.length > 0 || isAccepted ? [] : membersIn(mock, exchange, refused.text)
    const causes = await causesOf(exchange, repairs, context)
    const now = mock.clock.now()
    return {
      accepted: isAccepted,
      advice: adviceOn({ isAccepted, repairs, members, causes, isRepeat: first !== undefined })[language],
      members: [...members],
      repairs: repairs.map(({ title, take, mchid, about }) => ({
        title: { ...title },
        ...(take && { take }),
        ...(mchid !== undefined && { mchid }),
        ...(about && { about: showKnown(about, now) }),
      })),
      causes,
      ...(first && { first: summarizeExchange(mock, first, language) }),
    }
  },
})

function notRefused({ id }: Exchange) {
  return refusalAt('/path/id', 'MOCK_EXCHANGE_NOT_REFUSED', {
    en: `${id} was not refused by a rule: its remarks, with GET /_mock/journal/${id}, say what became of it.`,
    zh: `${id} 并非因业务规则被拒绝，原因见 GET /_mock/journal/${id} 的说明。`,
  })
}

function adviceOn({
  isAccepted,
  repairs,
  members,
  causes,
  isRepeat,
}: {
  readonly isAccepted: boolean
  readonly repairs: readonly Repair[]
  readonly members: readonly string[]
  readonly causes: RepairsJson['causes']
  readonly isRepeat: boolean
}): Texts {
  if (isAccepted) return { en: 'By now it would be accepted: send it again.', zh: '现在再次发送即可通过。' }
  if (repairs.length === 1)
    return { en: 'After this the same call is accepted.', zh: '执行以下操作后，同样的请求即可通过。' }
  if (repairs.length > 1)
    return { en: 'After any one of these the same call is accepted.', zh: '执行以下任意一项后，同样的请求即可通过。' }
  if (isRepeat)
    return {
      en: 'Send the values of the first call with this number, or another number.',
      zh: '请使用该单号首次请求时的参数，或换用新的单号。',
    }
  if (members.length > 0) {
    const [en, zh] = [listed(members, 'en'), listed(members, 'zh')]
    return { en: `Change the request: ${en}.`, zh: `请修改请求中的 ${zh}。` }
  }
  const [cause] = causes
  if (cause)
    return {
      en: `No single change lets it through: make the call about another than ${cause.about.heading}.`,
      zh: `没有任何单项改动能让它通过：请换用 ${cause.about.heading} 以外的单号。`,
    }
  return {
    en: 'No single change of the mock lets it through: change the request.',
    zh: '模拟服务没有任何单项改动能让它通过：请修改请求。',
  }
}

/** Maximum number of members that are named. */
const MOST_MEMBERS = 3

/** The members of a request that a remark names, or whose values it says; as JSON pointers. */
function membersIn(mock: Mock, { operation, request }: Exchange, { en }: Texts): readonly string[] {
  const pointers = en.match(/\/(?:body|query|path)\/[\w/]*\w/g) ?? []
  if (pointers.length > 0) return [...new Set(pointers)].slice(0, MOST_MEMBERS)
  const query = Object.fromEntries(new URLSearchParams(request.target.split('?', 2)[1] ?? ''))
  const path = mock.operations.find(({ id }) => id === operation)?.path ?? ''
  const said = [
    ...valuesIn('/body', parseJson(request.body)),
    ...valuesIn('/query', query),
    ...valuesIn('/path', pathMembers(path, request.target)),
  ]
  const words = new Set(en.match(/[\p{L}\p{N}_@*]+(?:[.-]+[\p{L}\p{N}_@*]+)*/gu))
  return said.flatMap(([pointer, text]) => (words.has(text) ? [pointer] : [])).slice(0, MOST_MEMBERS)
}

/** The texts and numbers at the first two levels of a value. */
function valuesIn(pointer: string, value: unknown, levels = 2): readonly (readonly [pointer: string, text: string])[] {
  if (typeof value === 'string' || typeof value === 'number') return [[pointer, String(value)]]
  if (typeof value !== 'object' || value === null || levels === 0) return []
  return Object.entries(value).flatMap(([name, inner]) => valuesIn(`${pointer}/${name}`, inner, levels - 1))
}

/** The call that took effect before under the number of a refused one, and said something else. */
async function firstOf(exchange: Exchange, { mock, language }: CallContext): Promise<Exchange | undefined> {
  const numberOf = (one: Exchange) => {
    const { request_no, out_trade_no } = summarizeExchange(mock, one, language)
    return request_no ?? out_trade_no
  }
  const number = numberOf(exchange)
  if (number === undefined || exchange.request.method === 'GET') return undefined
  const alike = await mock.exchanges.list({
    ...(exchange.operation !== undefined && { operation: exchange.operation }),
    ...(exchange.mchid !== undefined && { mchid: exchange.mchid }),
  })
  const earlier = alike.slice(
    0,
    alike.findIndex(({ id }) => id === exchange.id),
  )
  return earlier.find(
    (one) =>
      (one.response?.status ?? 500) < 300 &&
      !Buffer.from(one.request.body).equals(exchange.request.body) &&
      numberOf(one) === number,
  )
}

/** Maximum number of things that are shown as causes. */
const MOST_CAUSES = 3

/** The things that a repair changes, or else those with a state that the call names, and which call brought them there. */
async function causesOf(
  exchange: Exchange,
  repairs: readonly Repair[],
  { mock, language, left }: CallContext,
): Promise<RepairsJson['causes']> {
  const repaired = repairs.flatMap(({ about }) => about ?? [])
  // A row that is missing, a merchant or a setting stands in the way, and no state of a thing.
  const isElsewhere = repairs.length > 0 && !repairs.some(({ about, take }) => about ?? take?.call === 'setClock')
  const named = repaired.length > 0 ? repaired : isElsewhere ? [] : await thingsOfExchange(mock, exchange)
  const nameOf = ({ thing: { table }, row }: Known) => JSON.stringify([table.name, table.owner(row), table.key(row)])
  const different = [...new Map(named.map((one) => [nameOf(one), one])).values()]
  const causes: RepairsJson['causes'] = []
  for (const { thing, row } of different) {
    const { table } = thing
    const isThat = (one: unknown) =>
      table.owner(one) === table.owner(row) && keyOf(table.key(one)) === keyOf(table.key(row))
    const found = rowsIn(exchange.before, table).find(isThat) ?? row
    const state = stateOf(thing, found, exchange.at)
    if (state === undefined || causes.length === MOST_CAUSES) continue
    const history = { mock, language, now: mock.clock.now(), left }
    const { entries } = thing.history
      ? await thing.history.of(row, history)
      : await touchingHistory(thing, row, history)
    const refused = entries.findIndex((entry) => entry.exchange?.id === exchange.id)
    const cause = entries.slice(refused + 1).find(({ event }) => event !== undefined)
    const isCause = cause?.state_after === state
    causes.push({
      about: showKnown({ thing, row: found }, exchange.at),
      ...(isCause && { time: cause.time }),
      ...(isCause && cause.exchange && { exchange: cause.exchange }),
    })
  }
  return causes
}

function showKnown({ thing, row }: Known, now: number): z.input<typeof exchangeThingJson> {
  const { beside: _, under: __, end: ___, ...shown } = showListed(thing, row, now)
  return { thing: thing.id, ...shown }
}
