import { pathMembers } from '../../engine/http-message.ts'
import type { Exchange } from '../../engine/journal/journal.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import { notationOf } from '../../engine/settings.ts'
import { formatInstant, parseInstant } from '../../wire/protocol/instant.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../wire/protocol/json-object.ts'
import { giveWay } from '../../wire/shared/pieces.ts'
import { quoted, readableInShort, type Texts } from '../../wire/shared/texts.ts'
import type { CallContext } from '../call.ts'
import type { TakeJson } from '../formats/thing.ts'
import { servedThings } from '../things/served-things.ts'
import { completeJson } from '../things/shown.ts'
import { findCalls } from '../things/take.ts'
import { type Candidate, isAccepted, type Repair, Sought } from './rehearsal.ts'
import { additions, adjustments, changesOf, leavesIn, neededBy, type SaidValue } from './row-changes.ts'

/**
 * Finds what would let a refused call through, by trying: each change that the control API can make of what the call looks at is made in a
 * transaction, the call is made after it, and both are undone. No product says what repairs its refusals, nor need one of a user's own.
 */

/** Maximum number of instants that are tried. */
const MOST_MOVES = 40
/** Maximum number of trials: each is a transaction, and somebody waits for them. */
const MOST_TRIALS = 160
/** Maximum number of repairs to choose from. */
const MOST_REPAIRS = 2

/**
 * Tries to let a refused call through.
 *
 * @returns whether it would be accepted as things are now; else the repairs that were found, the most likely first
 */
export async function repairsOf(
  exchange: Exchange,
  context: CallContext,
): Promise<{ readonly isAccepted: boolean; readonly repairs: readonly Repair[] }> {
  const { mock, left: clientLeft } = context
  const sought = new Sought()
  const rate = ratesIn(mock, exchange)
  if (rate) return { isAccepted: false, repairs: rate }
  if (await isAccepted(exchange, {}, context, sought)) return { isAccepted: true, repairs: [] }
  let left = MOST_TRIALS
  for (const candidates of await candidatesFor(exchange, context, sought)) {
    const repairs: Repair[] = []
    const done = new Set<string>()
    for (const candidate of candidates) {
      const { call: _, instead: __, isWritten: ___, ...repair } = candidate
      if (left === 0 || repairs.length === MOST_REPAIRS) break
      // One move of the clock is enough to choose from, and one way of doing the same.
      const { title, take } = repair
      const isMove = candidate.instead?.now !== undefined
      const names = [isMove ? 'clock' : title.en, JSON.stringify([take?.method, take?.path, take?.body])]
      if (names.some((one) => done.has(one))) continue
      left -= 1
      await giveWay(clientLeft)
      if (!(await isAccepted(exchange, candidate, context))) continue
      repairs.push(repair)
      for (const one of names) done.add(one)
    }
    // Nobody has to turn back the clock, or change how the mock behaves, where less will do.
    if (repairs.length > 0) return { isAccepted: false, repairs }
  }
  return { isAccepted: false, repairs: [] }
}

/** Everything that may be done, kind by kind, in the order in which people would. */
async function candidatesFor(
  exchange: Exchange,
  context: CallContext,
  sought: Sought,
): Promise<readonly (readonly Candidate[])[]> {
  const { mock, calls } = context
  const now = mock.clock.now()
  const kinds = await servedThings(mock)
  const said = saidIn(mock, exchange)
  const around = { finder: findCalls(mock.products, calls), calls, kinds, now, said }
  const rows = [...sought.rows.values()]
  const changes: Candidate[] = []
  for (const { table, row } of rows) {
    const thing = kinds.find((kind) => kind.table === table)
    if (!thing) continue
    const json = await mock.store.transaction((tx) => completeJson(tx, thing, row, now))
    changes.push(...changesOf({ thing, row, json: isJsonObject(json) ? json : {} }, around))
  }
  const times = [
    ...rows.flatMap(({ table, row }) => leavesIn(table.toJson(row, now)).map(([, leaf]) => leaf)),
    ...said.map(({ value }) => value),
    ...exchange.remarks.flatMap(({ text }) => text.en.match(TIME) ?? []),
  ].flatMap((text) => (typeof text === 'string' ? instantsOf(text) : []))
  const after = [...times, ...STEPS_MS.map((step) => now + step)].filter((at) => at > now).toSorted((a, b) => a - b)
  const before = times.filter((at) => at < now).toSorted((a, b) => b - a)
  return [
    changes,
    merchantChanges(exchange, mock, sought, said),
    rows.flatMap(({ table, row }) => adjustments(table, row, around)),
    [...sought.missing.values()].flatMap(({ table, named }) => additions(table, named, around)),
    clockMoves(after),
    settingChanges(mock),
    clockMoves(before),
  ]
}

function saidIn(mock: Mock, { operation, request }: Exchange): readonly SaidValue[] {
  const path = mock.operations.find(({ id }) => id === operation)?.path ?? ''
  const query = Object.fromEntries(new URLSearchParams(request.target.split('?', 2)[1] ?? ''))
  return leavesIn([pathMembers(path, request.target), query, parseJson(request.body)]).map(([place, value]) => ({
    name: place.findLast((part) => !/^\d+$/.test(part)) ?? '',
    value,
  }))
}

/** A control call of every mock, by its method and path. */
function coreTake(method: string, path: string, call: string, title: Texts, body: JsonObject): TakeJson {
  return { call, title, method, path, query: {}, has_body: true, body, fields: [] }
}

/** Letting a merchant do more, registering one that is not known, and making the call as one whose rows it is about. */
function merchantChanges(
  { mchid: caller = '' }: Exchange,
  mock: Mock,
  { merchants, rows }: Sought,
  said: readonly SaidValue[],
): readonly Candidate[] {
  const needed = neededBy(said)
  const found: Candidate[] = []
  const offer = (mchid: string, title: Texts, take: TakeJson, merchant: Merchant) =>
    found.push({
      title,
      take,
      instead: { merchants: { find: (one) => (one === mchid ? merchant : mock.merchants.find(one)) } },
    })
  const appids = said.flatMap(({ name, value }) => (/appid$/.test(name) && typeof value === 'string' ? [value] : []))
  for (const [mchid, known] of merchants) {
    const merchant = known ?? { ...mock.defaultMerchant, mchid, appids: [], partners: [], unopenedProducts: [] }
    const change = (wanted: Texts, body: JsonObject, changed: Partial<Merchant>) => {
      const title = known ? wanted : { en: `Create merchant ${mchid}`, zh: `创建商户 ${mchid}` }
      offer(
        mchid,
        title,
        known
          ? coreTake('PATCH', `/merchants/${mchid}`, 'changeMerchant', title, body)
          : coreTake('POST', '/merchants', 'createMerchant', title, { mchid, ...body }),
        { ...merchant, ...changed },
      )
    }
    const { appids: bound, partners, unopenedProducts, refundableFen } = merchant
    if (!known) change(quoted(mchid), {}, {})
    for (const appid of appids.filter((one) => bound.length > 0 && !bound.includes(one))) {
      const more = [...bound, appid]
      change(
        { en: `Bind ${appid} to ${mchid}`, zh: `将 ${appid} 与商户 ${mchid} 绑定` },
        { appids: more },
        { appids: more },
      )
    }
    if (unopenedProducts.length > 0)
      change(
        { en: `Open all products of ${mchid}`, zh: `为商户 ${mchid} 开通全部产品` },
        { unopened_products: [] },
        { unopenedProducts: [] },
      )
    if (mchid !== caller && !partners.includes(caller))
      change(
        { en: `Let ${caller} act for ${mchid}`, zh: `允许 ${caller} 代商户 ${mchid} 调用` },
        { partners: [...partners, caller] },
        { partners: [...partners, caller] },
      )
    if (refundableFen !== undefined)
      change(
        { en: `Give ${mchid} money for refunds`, zh: `为商户 ${mchid} 补足退款资金` },
        { refundable: refundableFen + needed },
        { refundableFen: refundableFen + needed },
      )
  }
  const owners = new Set([...rows.values()].map(({ table, row }) => table.owner(row)))
  for (const mchid of owners) {
    if (mchid === caller || !mock.merchants.find(mchid)) continue
    found.push({ title: { en: `Send it as ${mchid}`, zh: `以商户 ${mchid} 的身份发送` }, mchid, instead: { mchid } })
  }
  return found
}

function clockMoves(instants: readonly number[]): readonly Candidate[] {
  return [...new Set(instants)].slice(0, MOST_MOVES).map((now) => ({ ...clockMove(now), instead: { now } }))
}

function clockMove(at: number): Repair {
  const now = formatInstant(at)
  const shown = readableInShort(now)
  const title = { en: `Move the clock to ${shown}`, zh: `将时钟调到 ${shown}` }
  return { title, take: coreTake('PUT', '/clock', 'setClock', title, { now }) }
}

function settingChanges(mock: Mock): readonly Candidate[] {
  return Object.values(mock.settingDefinitions).flatMap((setting) => {
    const notation = notationOf(setting)
    const present = setting.of(mock.settings)
    const values =
      notation.kind === 'word' ? notation.words : notation.kind === 'whole number' ? [notation.min, notation.max] : []
    return values
      .filter((value) => value !== present)
      .map((value) => ({
        ...settingChange(setting.wireName, value),
        instead: { settings: { ...mock.settings, [setting.name]: value } },
      }))
  })
}

function settingChange(name: string, value: string | number): Repair {
  const title = { en: `Set ${name} to ${value}`, zh: `将设置 ${name} 改为 ${value}` }
  return { title, take: coreTake('PATCH', '/settings', 'changeSettings', title, { [name]: value }) }
}

/** The repairs of a call that came too soon after others, which a trial does not count. */
function ratesIn(mock: Mock, { remarks }: Exchange): readonly Repair[] | undefined {
  const remark = remarks.find(({ error }) => error === 'rate_limited')
  const isOn = mock.settingDefinitions.rateLimit.of(mock.settings) === 'on'
  if (!remark || !isOn) return undefined
  const ends = (remark.text.en.match(TIME) ?? []).flatMap((text) => parseInstant(text) ?? [])
  return [
    ...ends.filter((at) => at > mock.clock.now()).map(clockMove),
    settingChange(mock.settingDefinitions.rateLimit.wireName, 'off'),
  ]
}

const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g
const DAY = /^\d{4}-\d\d-\d\d$/

/** How far the clock is moved where no time is named; milliseconds. */
const STEPS_MS = [1_000, 60_000, ...[1, 6, 12, 24, 48, 72, 96, 120, 144, 31 * 24].map((hours) => hours * 3_600_000)]

/** The instants at and around a time, or a morning after a day, when bills of it are there; epoch milliseconds. */
function instantsOf(text: string): readonly number[] {
  if (DAY.test(text)) return [1, 2].map((days) => Date.parse(`${text}T10:30:00+08:00`) + days * 86_400_000)
  const at = parseInstant(text)
  return at === undefined ? [] : [at - 1_000, at, at + 1_000]
}
