import { createCipheriv, createHash } from 'node:crypto'
import { formatInstant } from '../../../protocol/instant.ts'
import { moneyOf, type Refund, type RefundOutcome } from '../rules/refund.ts'
import { receivedAtOf } from './wire.ts'

/** How API v2 spells how a refund ended. */
const REFUND_STATUS: Readonly<Record<RefundOutcome, string>> = {
  success: 'SUCCESS',
  abnormal: 'CHANGE',
  closed: 'REFUNDCLOSE',
}

/**
 * 退款结果通知 of API v2, which a refund made in the merchant console is told with (documented: questions about refunds, 2026-08). What it tells is
 * in `req_info`, under AES-256-ECB with the MD5 of the APIv2 key.
 */
export function noticeOfVersion2(
  refund: Refund,
  { appid, apiV2Key, nonce }: { readonly appid: string; readonly apiV2Key: string; readonly nonce: string },
): string {
  const key = createHash('md5').update(apiV2Key).digest('hex')
  const cipher = createCipheriv('aes-256-ecb', key, null)
  const sealed = Buffer.concat([cipher.update(requestInformation(refund)), cipher.final()]).toString('base64')
  const members = { appid, mch_id: refund.mchid, nonce_str: nonce, req_info: sealed }
  return `<xml><return_code>SUCCESS</return_code>${elements(members)}</xml>`
}

function requestInformation(refund: Refund): string {
  const { settlementRefundFen, settlementTotalFen } = moneyOf(refund)
  const { outcome } = refund
  return `<root>${elements({
    out_refund_no: refund.outRefundNo,
    out_trade_no: refund.outTradeNo,
    refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
    refund_fee: String(refund.refundFen),
    refund_id: refund.refundId,
    // Spelled so.
    refund_recv_accout: receivedAtOf(refund),
    refund_request_source: 'VENDOR_PLATFORM',
    refund_status: REFUND_STATUS[outcome],
    settlement_refund_fee: String(settlementRefundFen),
    settlement_total_fee: String(settlementTotalFen),
    ...(outcome === 'success' && { success_time: formatInstant(refund.settlesAt).slice(0, 19).replace('T', ' ') }),
    total_fee: String(refund.totalFen),
    transaction_id: refund.transactionId,
  })}</root>`
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
