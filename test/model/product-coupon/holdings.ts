import type { Answer, Body, Expected } from '../plans.ts'
import { batchFor, type Numbered, type Whose } from './batches.ts'
import {
  type Batch,
  type Book,
  batchState,
  type Channel,
  type Coupon,
  couponState,
  DAY,
  exists,
  impossible,
  invalid,
  isOpen,
  midnightOf,
  shownCoupon,
  sumOf,
  TOKEN_MS,
  type Token,
  unknown,
  unusable,
  validity,
} from './book.ts'

/** A user as a call names it, and as the person that it is. */
export interface Who {
  readonly openid: string
  readonly user: string
}

/** How a coupon comes to a user. */
interface Receipt extends Who {
  readonly no: string
  readonly attach?: string
  /** For a batch to which its merchant brings the codes. */
  readonly code?: string
}

export interface WantedSend extends Whose, Receipt {}

const ok = (body: object): Expected => ({ status: 200, body })
const scopeOf = (operation: string, { by, brand, no }: Numbered) => `${operation} ${by} ${brand} ${no}`

/** Why a batch sends a user nothing. */
function reasonNotToSend(book: Book, key: string, batch: Batch, { user, code }: Receipt): Expected | undefined {
  if (batchState(batch, book.now) !== 'SENDING') return invalid
  const { sent, max, byDay = max, byUser, mode, codes } = batch
  if (sumOf([...sent.values()]) >= max || (sent.get(midnightOf(book.now)) ?? 0) >= byDay) return unusable
  const own = [...book.coupons.values()].filter((one) => one.batch === key)
  if (own.filter((one) => one.user === user).length >= byUser) return invalid
  if (mode === 'UPLOAD' && ![...codes.values()].includes(false)) return unusable
  return mode === 'API_ASSIGN' && own.some((one) => one.code === code) ? exists : undefined
}

/** Sends one coupon of a batch. @param code the one that the answer has */
function give(
  book: Book,
  key: string,
  batch: Batch,
  { user, openid, no, attach, channel = 'API' }: Receipt & { readonly channel?: Channel },
  given: Body,
  bundle?: string,
): string {
  const day = midnightOf(book.now)
  batch.sent.set(day, (batch.sent.get(day) ?? 0) + 1)
  const code = String(given.coupon_code)
  if (batch.mode === 'UPLOAD') batch.codes.set(code, true)
  const name = `${key} ${user} ${no}`
  book.coupons.set(name, {
    ...{ batch: key, user, openid, no, code, at: book.now, channel },
    isTold: book.addresses.has(book.productOf(batch).by),
    ...(attach !== undefined && { attach }),
    ...validity(batch.period, book.now),
    ...(bundle !== undefined && { bundle }),
  })
  return name
}

/** Whether a code can be that of a new coupon: one that was uploaded and not sent, the merchant's own, or a new one. */
function isPossible(book: Book, { mode, codes }: Batch, { code }: Receipt, given: unknown): boolean {
  if (mode === 'UPLOAD') return codes.get(String(given)) === false
  if (mode === 'API_ASSIGN') return given === code
  return [...book.coupons.values()].every((one) => one.code !== given)
}

const WRONG_CODE: Expected = { status: 200, body: { coupon_code: 'one that can be sent' } }

/** Sends a coupon of a batch that is in no bundle. */
export function send(book: Book, key: string, wanted: WantedSend, answer: Answer | undefined): Expected {
  const batch = batchFor(book, key, wanted)
  if ('status' in batch) return batch
  if (batch.bundle !== undefined) return invalid
  const known = book.coupons.get(`${key} ${wanted.user} ${wanted.no}`)
  if (known) return isSame(known, batch, wanted) ? ok(shownCoupon(book, known)) : exists
  if ((batch.mode === 'API_ASSIGN') !== (wanted.code !== undefined)) return { status: 400 }
  const reason = reasonNotToSend(book, key, batch, wanted)
  if (reason) return reason
  const given = answer?.body ?? {}
  if (!isPossible(book, batch, wanted, given.coupon_code)) return WRONG_CODE
  return queryCoupon(book, give(book, key, batch, wanted, given), wanted)
}

/** A batch alone, or those of a bundle. */
export function byRound(book: Book, thing: string, asBundle: boolean): readonly (readonly [string, Batch])[] {
  const batch = book.batches.get(thing)
  if (asBundle) return book.roundsOf(thing)
  return batch ? [[thing, batch]] : []
}

/** Offers a user what could be sent now; only when it is taken it is sent. */
export function offer(
  book: Book,
  thing: string,
  asBundle: boolean,
  wanted: WantedSend,
  answer: Answer | undefined,
): Expected {
  const rounds = byRound(book, thing, asBundle)
  const [first = '', one] = rounds[0] ?? []
  const batch = batchFor(book, first, wanted)
  if ('status' in batch) return batch
  if (!asBundle && batch.bundle !== undefined) return invalid
  const known = one && book.coupons.get(`${first} ${wanted.user} ${wanted.no}`)
  if (known && !isSame(known, batch, wanted)) return exists
  if (!known) {
    if ((batch.mode === 'API_ASSIGN') !== (wanted.code !== undefined)) return { status: 400 }
    for (const [key, round] of rounds) {
      const reason = reasonNotToSend(book, key, round, wanted)
      if (reason) return reason
    }
  }
  const { by: _, brand: __, ...receipt } = wanted
  const token = String(answer?.body.token)
  if (book.tokens.has(token)) return { status: 200, body: { token: 'a new one' } }
  book.tokens.set(token, { thing, ...receipt, at: book.now })
  return ok({ token })
}

export function isTaken(book: Book, { thing, user, no }: Token): boolean {
  const [first] = byRound(book, thing, !book.batches.has(thing))
  return book.coupons.has(`${first?.[0]} ${user} ${no}`)
}

/** Lets a user take what a token is for. */
export function takeToken(book: Book, token: string, answer: Answer | undefined): Expected {
  const offered = book.tokens.get(token)
  if (!offered || offered.isOver || book.now >= offered.at + TOKEN_MS) return impossible
  if (isTaken(book, offered)) return impossible
  const { thing } = offered
  return take(
    book,
    thing,
    byRound(book, thing, !book.batches.has(thing)),
    { ...offered, channel: 'RECEIVE_COMPONENT' },
    answer,
  )
}

/** Lets a user take a coupon of a batch elsewhere, or those of a bundle. */
export function takeElsewhere(book: Book, key: string, who: Who, answer: Answer | undefined): Expected {
  const batch = book.batches.get(key)
  if (!batch || batch.mode === 'API_ASSIGN') return impossible
  const thing = batch.bundle ?? key
  const [given] = (answer?.body.list ?? []) as readonly Body[]
  const receipt = { ...who, no: String(given?.send_request_no), channel: 'BRAND_MANAGE' as const }
  return take(book, thing, byRound(book, thing, batch.bundle !== undefined), receipt, answer)
}

function take(
  book: Book,
  thing: string,
  rounds: readonly (readonly [string, Batch])[],
  receipt: Receipt & { readonly channel: Channel },
  answer: Answer | undefined,
): Expected {
  for (const [key, round] of rounds) if (reasonNotToSend(book, key, round, receipt)) return impossible
  const list = (answer?.body.list ?? []) as readonly Body[]
  const name = `${thing} ${receipt.user} ${receipt.no}`
  for (const [i, [key, round]] of rounds.entries()) {
    const given = list[i] ?? {}
    if (!isPossible(book, round, receipt, given.coupon_code)) return WRONG_CODE
    give(book, key, round, receipt, given, round.bundle && name)
  }
  if (rounds[0]?.[1].bundle !== undefined) book.bundles.set(name, String(list[0]?.user_coupon_bundle_id))
  return ok({ list: rounds.map(() => ({ coupon_state: 'CONFIRMING', send_channel: receipt.channel })) })
}

/** Lets its user delete a coupon in the wallet. */
export function remove(book: Book, key: string): Expected {
  const coupon = book.coupons.get(key)
  if (!coupon || ['USED', 'DELETED', 'DEACTIVATED'].includes(couponState(coupon, book.now))) return impossible
  coupon.isDeleted = true
  return ok({ coupon_state: 'DELETED' })
}

const isSame = ({ attach, code }: Coupon, { mode }: Batch, wanted: WantedSend) =>
  attach === wanted.attach && wanted.code === (mode === 'API_ASSIGN' ? code : undefined)

/** Sends a coupon of each round of a bundle, or none. */
export function sendBundle(book: Book, bundle: string, wanted: WantedSend, answer: Answer | undefined): Expected {
  const rounds = book.roundsOf(bundle)
  const [first = '', one] = rounds[0] ?? []
  const batch = batchFor(book, first, wanted)
  if ('status' in batch) return batch
  const name = `${bundle} ${wanted.user} ${wanted.no}`
  const known = one && book.coupons.get(`${first} ${wanted.user} ${wanted.no}`)
  if (known) return isSame(known, batch, wanted) ? shownTogether(book, name) : exists
  for (const [key, round] of rounds) {
    const reason = reasonNotToSend(book, key, round, wanted)
    if (reason) return reason
  }
  const { user_product_coupon_list: list = [], user_coupon_bundle_id } = Object(answer?.body)
  for (const [i, [key, round]] of rounds.entries()) {
    const given = list[i] ?? {}
    if (!isPossible(book, round, wanted, given.coupon_code)) return WRONG_CODE
    give(book, key, round, wanted, given, name)
  }
  book.bundles.set(name, user_coupon_bundle_id)
  return shownTogether(book, name)
}

function shownTogether(book: Book, name: string): Expected {
  const all = book.together(name)
  return ok({
    user_coupon_bundle_id: book.bundles.get(name),
    user_product_coupon_list: all.map(([, one]) => shownCoupon(book, one)),
  })
}

/** Finds a coupon as a call names it. */
function couponFor(book: Book, key: string, asked: Whose & Who): Coupon | Expected {
  const coupon = book.coupons.get(key)
  const batch = batchFor(book, coupon?.batch ?? '', asked)
  if ('status' in batch) return batch
  return coupon?.user === asked.user ? coupon : unknown
}

export function queryCoupon(book: Book, key: string, asked: Whose & Who): Expected {
  const coupon = couponFor(book, key, asked)
  return 'status' in coupon ? coupon : ok(shownCoupon(book, coupon))
}

/** Does something with a coupon once for a request number. */
function withCoupon(
  book: Book,
  operation: string,
  key: string,
  asked: Numbered & Who,
  act: (coupon: Coupon, state: string) => Expected | undefined,
): Expected {
  const coupon = couponFor(book, key, asked)
  const again = () => queryCoupon(book, key, asked)
  // A number that was used for another coupon is refused as such, be the new one known or not: either way nothing happens.
  if ('status' in coupon) return coupon
  return book.once(scopeOf(operation, asked), [key, asked.values], {
    again,
    act: () => act(coupon, couponState(coupon, book.now)) ?? key,
  })
}

export function confirm(book: Book, key: string, asked: Numbered & Who): Expected {
  return withCoupon(book, 'confirm', key, asked, (coupon, state) => {
    if (state !== 'CONFIRMING') return invalid
    coupon.confirmed = { no: asked.no, at: book.now }
    return undefined
  })
}

/** Takes a coupon in. Those of a bundle are used one after the other, with days in between. */
export function use(book: Book, key: string, asked: Numbered & Who & { readonly transaction: string }): Expected {
  const { no, transaction } = asked
  const last = book.coupons.get(key)?.use
  const isInUse = last && !last.back && last.no === no
  // A success for a number that was spent would look like another use.
  if (book.numbers.has(scopeOf('use', asked)) && !isInUse) {
    const found = couponFor(book, key, asked)
    return 'status' in found ? found : invalid
  }
  return withCoupon(book, 'use', key, asked, (found, state) => {
    const batch = book.batchOf(found)
    if (state !== 'EFFECTIVE' || !isOpen(batch.period, book.now)) return unusable
    if (found.bundle !== undefined) {
      const before = book.together(found.bundle)[batch.round - 1]?.[1]
      const { intervalDays } = book.productOf(batch)
      if (before && (!before.use || before.use.back)) return unusable
      if (before?.use && book.now < midnightOf(before.use.at) + intervalDays * DAY) return unusable
    }
    found.use = { no, at: book.now, transaction }
    return undefined
  })
}

/** Gives a used coupon back; of a bundle only the one that was used last. */
export function giveBack(book: Book, key: string, asked: Numbered & Who): Expected {
  return withCoupon(book, 'return', key, asked, (coupon, state) => {
    if (state !== 'USED' || !coupon.use || book.now >= coupon.until) return invalid
    const after = coupon.bundle === undefined ? [] : book.together(coupon.bundle).slice(book.batchOf(coupon).round + 1)
    if (after.some(([, one]) => one.use && !one.use.back)) return invalid
    coupon.use.back = { no: asked.no, at: book.now }
    return undefined
  })
}

const CAN_END = ['CONFIRMING', 'PENDING', 'EFFECTIVE']

export function endCoupon(book: Book, key: string, asked: Numbered & Who & { readonly reason: string }): Expected {
  return withCoupon(book, 'end', key, asked, (coupon, state) => {
    if (coupon.bundle !== undefined || !CAN_END.includes(state)) return invalid
    coupon.end = { no: asked.no, at: book.now, reason: asked.reason }
    return undefined
  })
}

/** Ends all coupons of a bundle that can still be ended. */
export function endTogether(book: Book, name: string, asked: Numbered & Who & { readonly reason: string }): Expected {
  const all = book.together(name)
  const first = couponFor(book, all[0]?.[0] ?? '', asked)
  if ('status' in first) return first
  return book.once(scopeOf('end bundle', asked), [name, asked.values], {
    again: () => shownTogether(book, name),
    act: () => {
      const open = all.filter(([, one]) => CAN_END.includes(couponState(one, book.now)))
      if (open.length === 0) return invalid
      for (const [, one] of open) one.end = { no: asked.no, at: book.now, reason: asked.reason }
      return name
    },
  })
}

/** The coupons that a user holds of a brand, by what a list of them may be narrowed to. */
export function held(
  book: Book,
  asked: Whose & Who & { readonly state?: string; readonly batch?: string },
): readonly (readonly [string, Coupon])[] {
  return [...book.coupons].filter(([, one]) => {
    const { by, brand } = book.productOf(book.batchOf(one))
    return (
      by === asked.by &&
      brand === asked.brand &&
      one.user === asked.user &&
      (asked.batch === undefined || one.batch === asked.batch) &&
      (asked.state === undefined || couponState(one, book.now) === asked.state)
    )
  })
}
