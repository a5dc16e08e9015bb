import { createCipheriv, createHash } from 'node:crypto'
import { z } from 'zod'
import { documentedResource } from '../../catalogue/documented-event.ts'
import { callbackOf, defineEvent } from '../../engine/callbacks/event.ts'
import { type OutboxContext, putIntoOutbox, untoldCallback } from '../../engine/callbacks/notifications.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { appidOf } from './order-events.ts'
import type { PaidOrder } from './order-rules.ts'
import { orders, refundIdOf, transactionIdOf } from './orders.ts'
import { moneyOf } from './refund-rules.ts'
import { type Refund, type RefundOutcome, refunds } from './refunds.ts'

/** The events that report how a refund ended (退款结果通知), by outcome. */
export const refundEvents = {
  SUCCESS: refundEvent('SUCCESS', 'refundSuccess', { en: 'a refund succeeded', zh: '退款成功' }, 'A refund arrived'),
  ABNORMAL: refundEvent(
    'ABNORMAL',
    'refundAbnormal',
    { en: 'a refund failed', zh: '退款异常' },
    'A refund cannot arrive',
  ),
  CLOSED: refundEvent('CLOSED', 'refundClosed', { en: 'a refund was closed', zh: '退款关闭' }, 'A refund was closed'),
} as const

function refundEvent<const Id extends string>(
  outcome: RefundOutcome,
  id: Id,
  label: Texts & { zh: string },
  description: string,
) {
  return defineEvent<Refund>({
    id,
    eventType: `REFUND.${outcome}`,
    label,
    description,
    summary: label.zh,
    title: '退款结果通知',
    source: 'https://pay.weixin.qq.com/doc/v3/merchant/4012791865',
    originalType: 'refund',
    associatedData: 'refund',
    schedule: 'payment',
    get resource() {
      return z.union([ofMerchants(), ofPartners(), ofPlatforms()])
    },
    async find(tx, mchid) {
      const ended = (await tx.in(refunds).list(mchid)).filter((refund) => refund.outcome === outcome)
      return { about: ended.toSorted((a, b) => a.create_time - b.create_time).at(-1) }
    },
    sample: ({ mchid, now, ids }, refund) =>
      contentOf(
        refund ?? {
          mchid,
          out_refund_no: `REFUND_${ids.digits(12)}`,
          refund_id: refundIdOf(ids, now),
          out_trade_no: `MCH_${ids.digits(12)}`,
          transaction_id: transactionIdOf(ids, now),
          refund: 100,
          total: 100,
          currency: 'CNY',
          create_time: now,
          settle_time: now,
          outcome,
          request: [],
        },
      ),
  })
}

const FIRST = [
  'mchid',
  'sp_mchid',
  'sub_mchid',
  'out_trade_no',
  'transaction_id',
  'out_refund_no',
  'refund_id',
  'refund_status',
  'success_time',
  'amount',
] as const

// The three pages are alike.
const ofMerchants = () => documentedResource('refunds REFUND.SUCCESS', 'RefundEvent', FIRST)
const ofPartners = () => documentedResource('refunds REFUND.SUCCESS', 'PartnerRefundEvent', FIRST, 'partner')
const ofPlatforms = () => documentedResource('ecommerce REFUND.SUCCESS', 'PlatformRefundEvent', FIRST)

/** The content of a callback about a refund (pay-family.md 5.8). */
function contentOf(refund: Refund) {
  const { outcome, settle_time, mchid, sub_mchid, refund_account, unfunded } = refund
  const whose = sub_mchid === undefined ? ofMerchants : refund_account === undefined ? ofPartners : ofPlatforms
  return z.encode(whose(), {
    ...refund,
    refund_account: unfunded ? undefined : refund_account,
    sp_mchid: mchid,
    refund_status: outcome,
    success_time: outcome === 'SUCCESS' ? settle_time : undefined,
    amount: moneyOf(refund),
    user_received_account: receivedAtOf(refund),
  })
}

/** Where the user or the merchant gets the money; the user's wallet, unless it was sent another way. */
export function receivedAtOf({ received_account = '支付用户零钱' }: Refund): string {
  return received_account
}

/**
 * Keeps a new refund, its order and, where it has an address, the callback that is due when it is settled.
 *
 * @returns the refund with the id of its callback
 */
export async function keepRefund(
  tx: Transaction,
  order: PaidOrder,
  refund: Refund,
  context: OutboxContext,
): Promise<Refund> {
  await tx.in(orders).save(order)
  return keepAndTell(tx, refund, context)
}

/**
 * Keeps a refund that was settled before its time, and replaces the callback that was due with the one for how it ended.
 *
 * @returns the refund with the id of its callback
 */
export async function keepSettledRefund(tx: Transaction, refund: Refund, context: OutboxContext): Promise<Refund> {
  const replaces = await untoldCallback(tx, refund.mchid, refund.notification_id)
  return keepAndTell(tx, refund, { ...context, replaces })
}

/**
 * Keeps a refund and, where it has an address, the callback that is due when it is settled; in the XML of API v2 if the refund was made so.
 *
 * @returns the refund with the id of its callback
 */
export async function keepAndTell(tx: Transaction, refund: Refund, context: OutboxContext): Promise<Refund> {
  const { notify_url: url, mchid, out_trade_no, outcome, settle_time: dueAt, api_v2_key } = refund
  let kept = refund
  if (url !== undefined) {
    const told = callbackOf(refundEvents[outcome], { mchid, url, resource: contentOf(refund), dueAt })
    const order = (await tx.in(orders).find(mchid, out_trade_no)) ?? {}
    const xml = api_v2_key && noticeOfVersion2(refund, appidOf(order), api_v2_key, context.ids.letters(32))
    kept = { ...refund, notification_id: (await putIntoOutbox(tx, { ...told, ...(xml && { xml }) }, context)).id }
  }
  await tx.in(refunds).save(kept)
  return kept
}

/** `refund_status` of API v2. */
const STATUS_OF_VERSION_2 = { SUCCESS: 'SUCCESS', ABNORMAL: 'CHANGE', CLOSED: 'REFUNDCLOSE' } as const

/**
 * 退款结果通知 of API v2, which a refund made in the merchant console is told with (documented: questions about refunds, 2026-08). What it tells is
 * in `req_info`, under AES-256-ECB with the MD5 of the APIv2 key.
 */
function noticeOfVersion2(refund: Refund, appid: string, apiV2Key: string, nonce: string): string {
  const { mchid, outcome, settle_time, out_refund_no, out_trade_no, refund_id, transaction_id } = refund
  const { settlement_refund, settlement_total } = moneyOf(refund)
  const information = `<root>${elements({
    out_refund_no,
    out_trade_no,
    refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
    refund_fee: String(refund.refund),
    refund_id,
    // Spelled so.
    refund_recv_accout: receivedAtOf(refund),
    refund_request_source: 'VENDOR_PLATFORM',
    refund_status: STATUS_OF_VERSION_2[outcome],
    settlement_refund_fee: String(settlement_refund),
    settlement_total_fee: String(settlement_total),
    ...(outcome === 'SUCCESS' && { success_time: formatInstant(settle_time).slice(0, 19).replace('T', ' ') }),
    total_fee: String(refund.total),
    transaction_id,
  })}</root>`
  const key = createHash('md5').update(apiV2Key).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', key, null)
  const sealed = Buffer.concat([cipher.update(information), cipher.final()]).toString('base64')
  const members = { appid, mch_id: mchid, nonce_str: nonce, req_info: sealed }
  return `<xml><return_code>SUCCESS</return_code>${elements(members)}</xml>`
}

function elements(members: Readonly<Record<string, string>>): string {
  return Object.entries(members)
    .map(([name, value]) => `<${name}>${characterData(value)}</${name}>`)
    .join('')
}

/** A text in a CDATA section; in two where it has what ends one, as texts of seed files and control calls may. */
function characterData(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`
}
