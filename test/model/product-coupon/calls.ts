import { type Answer, type Expected, post, type Request } from '../plans.ts'
import { addBatch, changeBudget, createProduct, endBatch, endProduct, pause, uploadCodes } from './batches.ts'
import { type Book, type Coupon, couponState, TOKEN_MS, wireTime } from './book.ts'
import {
  byRound,
  confirm,
  endCoupon,
  endTogether,
  giveBack,
  isTaken,
  offer,
  remove,
  send,
  sendBundle,
  takeElsewhere,
  takeToken,
  use,
} from './holdings.ts'
import { APPID, BENEFIT, batchBody, batchQuery, couponQuery, idOf, NONE, namesOf, PATH, type Plan } from './queries.ts'
import { type Call, TRANSACTIONS, userOf, wantedBatch, wantedProduct, whoseOf } from './steps.ts'

/** States in which something can be done to a coupon. */
const FITTING: Readonly<Record<string, string>> = { confirm: 'CONFIRMING', use: 'EFFECTIVE', giveBack: 'USED' }

/** One of the coupons sent so far: mostly one of the latest for which it is time; now and then one that there is not. */
function couponAt(book: Book, call: CouponCall): readonly [string, Coupon] | undefined {
  const { which, do: deed } = call
  if ('of' in call && call.of) {
    const { n, index } = call.of
    const last = [...book.coupons.values()].findLast(
      (one) => one.bundle !== undefined && book.batchOf(one).product === `P${n}`,
    )
    if (last?.bundle !== undefined) return book.together(last.bundle)[index]
  }
  if (which % 50 === 49) return undefined
  const fitting = [...book.coupons].filter(([, one]) => couponState(one, book.now) === FITTING[deed])
  const next = deed === 'use' ? fitting.filter(([, one]) => isNext(book, one)) : []
  const best = next.length > 0 && which % 4 < 3 ? next : fitting
  const some = best.length > 0 && which % 3 < 2 ? best : [...book.coupons]
  const latest = some.slice(which % 10 < 7 ? -6 : 0)
  return latest[which % latest.length]
}

/** Whether the coupon before it in its bundle is used. */
function isNext(book: Book, one: Coupon): boolean {
  const before = one.bundle === undefined ? undefined : book.together(one.bundle)[book.batchOf(one).round - 1]
  return before?.[1].use !== undefined && !before[1].use.back
}

/** A number that is for one thing only, but for those that several things share now and then. */
function numberFor(deed: string, thing: string, no: number, isShared = false): string {
  return isShared ? `${deed}-SHARED-${no}` : `${deed}-${no}-${thing.replaceAll(/\W/g, '_')}`
}

/** Makes a call of a step by what the book has: numbers that were used mostly bring the same values again. */
export function planOf(call: Call, book: Book, callbackUrl: (mchid: string) => string): Plan {
  switch (call.do) {
    case 'confirm':
    case 'use':
    case 'giveBack':
    case 'end':
    case 'endTogether':
    case 'query':
    case 'remove':
      return couponPlan(call, book)
    case 'setAddress': {
      const { by } = whoseOf(call.whose)
      const body = { notify_url: callbackUrl(by) }
      return {
        group: 'all',
        request: post(by, `${PATH}/notify-configs`, body),
        tell(at) {
          at.addresses.add(by)
          return { status: 200, body }
        },
      }
    }
    case 'takeToken': {
      const inTime = [...book.tokens].filter(([, one]) => !one.isOver && book.now < one.at + TOKEN_MS)
      const open = inTime.filter(([, one]) => !isTaken(book, one))
      if (open.length === 0 && call.which < 3) return planOf(call.offer, book, callbackUrl)
      // Several tokens may be for the same number.
      const others = inTime.length > open.length ? inTime.filter(([, one]) => isTaken(book, one)) : [...book.tokens]
      const [token = 'NONE'] = (call.which < 3 ? open : others).at(-1 - (call.which % 2)) ?? []
      return {
        group: 'all',
        request: async (control) => ({ list: await control.takePreSentProductCoupon(token) }),
        tell: (at, answer) => takeToken(at, token, answer),
      }
    }
    default:
      return batchPlan(call, book, (other) => planOf(other, book, callbackUrl))
  }
}

type CouponCall = Extract<
  Call,
  { readonly do: 'confirm' | 'use' | 'giveBack' | 'end' | 'endTogether' | 'query' | 'remove' }
>

function batchPlan(
  call: Exclude<Call, CouponCall | { readonly do: 'takeToken' | 'setAddress' }>,
  book: Book,
  before: (call: Call) => Plan,
): Plan {
  const { n } = call
  const k = 'k' in call ? call.k : 0
  const { rounds, intervalDays, ...whose } = wantedProduct(n)
  const isBundle = rounds > 1
  const { by, brand: brand_id } = whose
  const product = `P${n}`
  const batch = `${product}/${k}`
  const group = 'all'
  const productPath = `${PATH}/product-coupons/${idOf(book.products.get(product)?.id)}`
  // Calls about one round of a bundle name that; sends and budgets the bundle.
  const round = isBundle && 'round' in call ? `${batch}#${call.round % rounds}` : batch
  const stockPath = `${productPath}/stocks/${idOf(book.batches.get(round)?.id)}`
  const bundlePath = `${productPath}/stock-bundles/${idOf(book.bundles.get(batch))}`
  const told = (request: Request, tell: (book: Book, answer: Answer | undefined) => Expected): Plan => ({
    ...{ group, request, tell },
  })
  // Without its product coupon or batch most calls would only be refused.
  const isThere = book.products.has(product)
  const [first] = isBundle ? (book.roundsOf(batch)[0] ?? []) : [batch]
  const hasBatch = first !== undefined && book.batches.has(first)
  if (call.do !== 'create' && !isThere && !('no' in call && call.no % 4 === 3)) {
    return before({ do: 'create', n, other: false })
  }
  if (['budget', 'upload', 'send', 'offer'].includes(call.do) && !hasBatch && !('no' in call && call.no % 4 === 3)) {
    return before({ do: 'add', n, k, other: false, wrong: false })
  }
  // Codes run out now and then, and are uploaded where a send needs them.
  const dry = byRound(book, batch, isBundle).find(
    ([, one]) => one.mode === 'UPLOAD' && ![...one.codes.values()].includes(false),
  )
  if ((call.do === 'send' || call.do === 'offer') && dry && call.no % 4 < 3) {
    return before({ do: 'upload', n, k, round: dry[1].round, no: call.no, other: false })
  }
  if (call.do === 'upload' && book.batches.get(round)?.mode !== 'UPLOAD' && call.no % 4 < 3) {
    return before({ do: 'send', n, k, user: call.no, no: call.no, code: call.no, other: false, wrong: false })
  }
  switch (call.do) {
    case 'create': {
      const wanted = wantedBatch(n, 0)
      const remark = call.other ? '另一批' : '第一批'
      const no = `CREATE-${n}`
      const benefit = isBundle
        ? {
            usage_mode: 'PROGRESSIVE_BUNDLE',
            progressive_bundle_usage_info: { count: rounds, interval_days: intervalDays },
          }
        : { usage_mode: 'SINGLE', single_usage_info: { normal_coupon: BENEFIT } }
      const body = {
        ...{ out_request_no: no, brand_id, scope: 'ALL', type: 'NORMAL' },
        ...benefit,
        display_info: {
          name: '满100减20元',
          image_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/coupon.png',
          background_url: 'https://wxpaylogo.qpic.cn/wxpaylogo/background.png',
        },
        [isBundle ? 'stock_bundle' : 'stock']: batchBody(wanted, rounds, remark),
      }
      return told(post(by, `${PATH}/product-coupons`, body), (at, answer) =>
        createProduct(at, product, { ...whose, no, values: remark, rounds, intervalDays, wanted }, answer),
      )
    }
    case 'add': {
      const asBundle = isBundle !== call.wrong
      const wanted = wantedBatch(n, k)
      const remark = call.other ? '又一批' : '追加批次'
      const no = `ADD-${n}-${k}-0`
      const mode = asBundle && wanted.mode === 'API_ASSIGN' ? 'WECHATPAY' : wanted.mode
      const given = batchBody({ ...wanted, mode }, asBundle ? Math.max(rounds, 3) : 1, remark)
      const body = { out_request_no: no, brand_id, [asBundle ? 'stock_bundle' : 'stock']: given }
      return told(post(by, `${productPath}/${asBundle ? 'stock-bundles' : 'stocks'}`, body), (at, answer) =>
        addBatch(at, batch, product, asBundle, { ...whose, no, values: remark, wanted }, answer),
      )
    }
    case 'endProduct': {
      const [no, reason] = [`END-${n}-${call.no}`, '活动结束']
      const body = { out_request_no: no, deactivate_reason: reason, brand_id }
      return told(post(by, `${productPath}/deactivate`, body), (at) =>
        endProduct(at, product, { ...whose, no, reason, values: reason }),
      )
    }
    case 'endBatch': {
      const [no, reason] = [numberFor('END', round, call.no), '批次有误']
      const body = { out_request_no: no, deactivate_reason: reason, brand_id }
      return told(post(by, `${stockPath}/deactivate`, body), (at) =>
        endBatch(at, round, { ...whose, no, reason, values: reason }),
      )
    }
    case 'budget': {
      const asBundle = isBundle !== (call.wrong === 'bundle')
      const thing = asBundle === isBundle ? batch : isBundle ? `${batch}#0` : batch
      const present = book.batches.get(isBundle ? `${batch}#0` : batch)
      const byDay = call.byDay && present?.byDay !== undefined
      const no = numberFor('BUDGET', batch, call.no)
      const known = book.numbers.get(`${asBundle ? 'bundle budget' : 'budget'} ${by} ${brand_id} ${no}`)
      const now = (byDay ? present?.byDay : present?.max) ?? 5
      const wanted = {
        mode: byDay ? ('MAX_COUNT_PER_DAY' as const) : ('MAX_COUNT' as const),
        ...{ current: now + (call.wrong === 'current' ? 1 : 0), target: Math.max(1, now + (call.more || 1)) },
      }
      const budget: typeof wanted = known && call.more % 3 !== 0 ? JSON.parse(known.values)[1] : wanted
      const name = budget.mode === 'MAX_COUNT' ? 'max_count' : 'max_count_per_day'
      const body = {
        ...{ out_request_no: no, brand_id, update_mode: budget.mode },
        ...{ [`current_${name}`]: budget.current, [`target_${name}`]: budget.target },
      }
      const path = asBundle ? bundlePath : `${productPath}/stocks/${idOf(book.batches.get(thing)?.id)}`
      return told(post(by, `${path}/update-budget`, body), (at) =>
        changeBudget(at, thing, asBundle, { ...whose, no, values: budget, budget }),
      )
    }
    case 'upload': {
      const from = call.no * 2 + (call.other ? 1 : 0)
      const fresh = Array.from({ length: 1 + (call.no % 4) }, (_, i) => `CODE-${n}-${k}-${from + i}`)
      const codes = call.no % 3 === 0 ? [...fresh, ...fresh.slice(0, 1)] : fresh
      const no = numberFor('UPLOAD', round, call.no)
      const body = { out_request_no: no, brand_id, code_list: codes }
      return told(post(by, `${stockPath}/upload-coupon-codes`, body), (at) =>
        uploadCodes(at, round, { ...whose, no, values: codes, codes }),
      )
    }
    case 'send':
    case 'offer': {
      const who = userOf(call.user)
      const asBundle = isBundle && !call.wrong
      const thing = asBundle || !isBundle ? batch : `${batch}#0`
      const { mode } = book.batches.get(isBundle ? `${batch}#0` : batch) ?? wantedBatch(n, k)
      const no = `SEND-${call.no}`
      const attach = call.other ? '别的附加信息' : '附加信息'
      const code = !isBundle && (mode === 'API_ASSIGN') !== call.wrong ? `OWN-${call.code}` : undefined
      const body = {
        ...{
          product_coupon_id: idOf(book.products.get(product)?.id),
          appid: APPID,
          send_request_no: no,
          attach,
          brand_id,
        },
        ...(asBundle
          ? { stock_bundle_id: idOf(book.bundles.get(batch)) }
          : { stock_id: idOf(book.batches.get(thing)?.id), coupon_code: code }),
      }
      const wanted = { ...whose, ...who, no, attach, ...(code !== undefined && { code }) }
      const path = `${PATH}/users/${who.openid}/${asBundle ? 'coupon-bundles' : 'coupons'}`
      if (call.do === 'offer') {
        const target = `${PATH}/users/${who.openid}/pre-send-coupon${asBundle ? '-bundle' : ''}`
        return told(post(by, target, body), (at, answer) => offer(at, thing, asBundle, wanted, answer))
      }
      return told(post(by, path, body), (at, answer) =>
        asBundle ? sendBundle(at, batch, wanted, answer) : send(at, thing, wanted, answer),
      )
    }
    case 'takeElsewhere': {
      const { openid, user } = userOf(call.user)
      const key = isBundle ? `${batch}#0` : batch
      const id = idOf(book.batches.get(key)?.id)
      return {
        group,
        request: async (control) => ({ list: await control.takeProductCoupon(id, { openid }, { mchid: by }) }),
        tell: (at, answer) => takeElsewhere(at, key, { openid, user }, answer),
      }
    }
    case 'pause': {
      const id = idOf(book.batches.get(round)?.id)
      const state = call.isPaused ? 'PAUSED' : 'SENDING'
      // The console has no button for one that has ended.
      if (book.batches.get(round)?.end) return batchQuery(book, round, whose)
      return {
        group,
        request: (control) => control.patchProductCouponStock(id, { state }, { mchid: by }),
        tell: (at) => pause(at, round, call.isPaused),
      }
    }
    case 'queryBatch':
      return batchQuery(book, round, call.by < 0 ? whose : whoseOf(call.by))
  }
}

function couponPlan(call: CouponCall, book: Book): Plan {
  const [key = 'none', coupon] = couponAt(book, call) ?? []
  const { path, names, asked } = namesOf(book, key, coupon, 'user' in call ? call.user : undefined)
  if (call.do === 'query') return couponQuery(book, key, call.user)
  if (call.do === 'remove') {
    const { code = 'NONE' } = coupon ?? {}
    const id = coupon ? book.batchOf(coupon).id : NONE
    return {
      group: 'all',
      request: (control) => control.deleteUserProductCoupon(id, code, { mchid: asked.by }),
      tell: (at) => remove(at, key),
    }
  }
  const no = numberFor(
    call.do.toUpperCase(),
    coupon ? `${coupon.batch} ${coupon.code}` : key,
    call.no,
    call.which % 40 === 39,
  )
  const { by } = asked
  const planned = (request: Request, tell: (book: Book) => Expected): Plan => ({ group: 'all', request, tell })
  switch (call.do) {
    case 'confirm': {
      const numbered = { ...asked, no, values: [asked.openid] }
      return planned(post(by, `${path}/confirm`, { ...names, out_request_no: no }), (at) => confirm(at, key, numbered))
    }
    case 'use': {
      const transaction = TRANSACTIONS[(call.no + (call.other ? 1 : 0)) % TRANSACTIONS.length] ?? ''
      const at = coupon?.use?.no === no ? coupon.use.at : book.now
      const body = {
        ...{ ...names, out_request_no: no, use_time: wireTime(at) },
        associated_order_info: { transaction_id: transaction },
      }
      const numbered = { ...asked, no, values: [asked.openid, transaction, at], transaction }
      return planned(post(by, `${path}/use`, body), (now) => use(now, key, numbered))
    }
    case 'giveBack': {
      const numbered = { ...asked, no, values: [asked.openid] }
      return planned(post(by, `${path}/return`, { ...names, out_request_no: no }), (at) => giveBack(at, key, numbered))
    }
    case 'end':
    case 'endTogether': {
      const reason = call.other ? '用户违规' : '发错了券'
      const numbered = { ...asked, no, reason, values: [asked.openid, reason] }
      const body = { ...names, out_request_no: no, deactivate_reason: reason }
      const name = coupon?.bundle
      if (call.do === 'end' || name === undefined)
        return planned(post(by, `${path}/deactivate`, body), (at) => endCoupon(at, key, numbered))
      const { stock_id: _, ...others } = body
      const bundle = name.split(' ')[0] ?? ''
      const target = `${PATH}/users/${asked.openid}/coupon-bundles/${book.bundles.get(name)}/deactivate`
      const request = post(by, target, { ...others, stock_bundle_id: book.bundles.get(bundle) })
      return planned(request, (at) => endTogether(at, name, numbered))
    }
  }
}
