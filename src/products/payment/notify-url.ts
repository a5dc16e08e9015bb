import { isSafeAddress } from '../../engine/callbacks/callback-host.ts'
import type { Rule } from '../../engine/operation.ts'
import type { Settings } from '../../engine/settings.ts'
import { INTERNAL_CODES } from '../../protocol/common-errors.ts'
import type { ErrorDefinition } from '../../protocol/errors.ts'
import { sources } from '../../protocol/sources.ts'
import type { Texts } from '../../shared/texts.ts'
import { text } from '../common/fields.ts'
import { paymentSettings } from './settings.ts'
import { paymentSources } from './sources.ts'

/** The addresses for callbacks that orders and refunds name. */

/** An address for callbacks without a query (protocol.md 8). */
const ADDRESS = /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/

/** 通知地址 of an order */
export const notifyUrl = text({
  title: '通知地址',
  max: 255,
  pattern: ADDRESS,
  example: 'https://shop.example.com/pay/notify',
})

/** 通知地址 of a refund */
export const refundNotifyUrl = text({
  title: '退款结果回调url',
  min: 8,
  max: 256,
  pattern: ADDRESS,
  example: 'https://shop.example.com/refund/notify',
})

/** Whether an address will do, with the setting `notifyUrl` as it is. */
export function mayNotify(url: string, settings: Settings): boolean {
  return paymentSettings.notifyUrl.of(settings) === 'any' || isSafeAddress(url)
}

export function explainUrl(url: string): Texts {
  return {
    en: `notify_url ${url} is neither https nor on this machine`,
    zh: `notify_url ${url} 既不是 https，也不在本机`,
  }
}

export const urlUnfit = {
  status: 400,
  code: 'PARAM_ERROR',
  message: '参数错误',
  when: {
    en: 'with notifyUrl=https: notify_url is http, and not on this machine (one page requires https; the answer is that for an event address)',
    zh: '设置 notifyUrl=https 时：notify_url 是 http 且不在本机（有一页文档要求 https；应答沿用设置事件通知地址时的错误）',
  },
  evidence: 'inferred',
  internalCode: INTERNAL_CODES.parameterInvalid,
} as const satisfies ErrorDefinition

export const NOTIFY_URL_RULES: readonly Rule[] = [
  {
    rule: 'notify_url is http or https, without a query. One page requires https, as notifyUrl=https does.',
    evidence: 'documented',
    source: [sources.vendorSkills, paymentSources.notifyUrlPage],
  },
  {
    rule: 'With notifyUrl=https, a notify_url on this machine may still be http (decision 0007).',
    evidence: 'inferred',
  },
]
