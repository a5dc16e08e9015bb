import { expect, test } from 'vitest'
import type { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import * as bill from '../../src/products/bill/operations.ts'
import * as payment from '../../src/products/payment/operations.ts'
import * as sharing from '../../src/products/profit-sharing/operations.ts'
import { cookbooks } from './errors/index.ts'
import { ONLY_PLANNED } from './errors/recipe.ts'

const COMBINE_PREPAY = 'combineAppPrepay combineH5Prepay combineJsapiPrepay combineNativePrepay'
const COMBINED = `${COMBINE_PREPAY} closeCombineOrder queryCombineOrder`
const PREPAY = 'appPrepay h5Prepay jsapiPrepay nativePrepay'
const PARTNER_PREPAY = 'partnerAppPrepay partnerH5Prepay partnerJsapiPrepay partnerNativePrepay'
const CODE = 'codePay partnerCodePay'
const ABOUT_OWN = 'closeOrder queryOrderById queryOrderByOutTradeNo'
const ABOUT = `${ABOUT_OWN} partnerCloseOrder partnerQueryOrderById partnerQueryOrderByOutTradeNo`
const REVERSE = 'reverseOrder partnerReverseOrder'
const PLATFORM_QUERIES = 'queryPlatformRefund queryPlatformRefundById'

const FAILS = 'WeChat Pay or a bank fails, which no state of the mock is'
const RATE = 'a rate; those with a documented number are in rate-limit.test.ts'
const SIGNED = 'a signature; authentication.test.ts has them for every call'
const RISK = 'what WeChat Pay thinks of a merchant or a trade, which pages do not explain'
const CONSOLE = 'a right or limit from the console of the merchant, which the mock does not keep'
const FAMILY = 'printed on all pages of the family; this call cannot come to it'
const UNSAID = 'a row without a cause; what a call refuses has rows of its own'

/** Documented errors that nothing which happens brings about: why, their names, and the calls; all that have them if left out. */
const NOT_CAUSED: readonly (readonly [reason: string, errors: string, calls?: string])[] = [
  [FAILS, 'SYSTEM_ERROR SYSTEMERROR timed_out BANKERROR BANK_ERROR busy'],
  [RATE, 'FREQUENCY_LIMITED old_order_rate'],
  [SIGNED, 'SIGN_ERROR'],
  [RISK, 'ACCOUNTERROR', COMBINED],
  [RISK, 'ACCOUNT_ERROR', PARTNER_PREPAY],
  [RISK, 'REQUEST_BLOCKED', `${PLATFORM_QUERIES} returnAdvance`],
  [RISK, 'RULE_LIMIT', `${CODE} partnerAppPrepay partnerJsapiPrepay partnerNativePrepay`],
  [RISK, 'rule_limit', `${COMBINED} ${ABOUT} ${REVERSE} h5Prepay partnerH5Prepay`],
  [RISK, 'TRADE_ERROR', `${COMBINED} ${PARTNER_PREPAY} ${CODE}`],
  [RISK, 'trade_error', `${ABOUT} ${REVERSE}`],
  [RISK, 'receiving_limited', `${PREPAY} ${PARTNER_PREPAY} ${CODE}`],
  [CONSOLE, 'no_right', `${PREPAY} ${PARTNER_PREPAY} ${CODE} ${COMBINED} createRefund unfreezeOrder`],
  [CONSOLE, 'product_not_granted', `${COMBINE_PREPAY} ${PARTNER_PREPAY} partnerCodePay`],
  [CONSOLE, 'ip_not_allowed', 'createRefund'],
  [CONSOLE, 'account_missing', 'addReceiver'],
  ['receivers are not short of money in the mock', 'balance_too_low', 'createSharingReturn'],
  ['the mock settles at once', 'not_settled', 'createSharing'],
  ['any openid may be a user', 'openid_invalid', 'jsapiPrepay partnerJsapiPrepay'],
  ['the gateway refuses a number that is not the caller', 'merchant_unknown', `${PREPAY} ${ABOUT} ${REVERSE}`],
  [
    'the gateway refuses a number that is not the caller',
    'merchant_unknown',
    'codePay closeCombineOrder queryCombineOrder',
  ],
  [
    'numbers are of each merchant, so that another one has no such order',
    'order_of_another_merchant',
    'queryOrderByOutTradeNo partnerQueryOrderByOutTradeNo',
  ],
  [UNSAID, 'invalid_request', `${PREPAY} ${PARTNER_PREPAY} ${CODE} ${COMBINE_PREPAY} queryCombineOrder ${ABOUT}`],
  [UNSAID, 'INVALID_REQUEST', PLATFORM_QUERIES],
  [UNSAID, 'INVALID_REQUEST_无效请求', 'closeCombineOrder'],
  [FAMILY, 'APPID_MCHID_NOT_MATCH ORDER_CLOSED OUT_TRADE_NO_USED', 'closeCombineOrder queryCombineOrder'],
  [FAMILY, 'NOTENOUGH', 'closeCombineOrder'],
  [FAMILY, 'USERPAYING', COMBINED],
  [FAMILY, 'INVALID_TRANSACTIONID', `${COMBINED} ${PARTNER_PREPAY}`],
  [FAMILY, 'OPENID_MISMATCH', `${PARTNER_PREPAY} closeCombineOrder queryCombineOrder`],
  [FAMILY, 'ORDERNOTEXIST', COMBINE_PREPAY],
  [FAMILY, 'ORDER_NOT_EXIST', PARTNER_PREPAY],
  [FAMILY, 'RESOURCE_NOT_EXISTS_退款单查询失败', 'queryRefund'],
  [
    'only JSAPI has a payer',
    'openid_missing openid_of_another_appid sub_openid_unfit',
    'combineAppPrepay combineH5Prepay combineNativePrepay',
  ],
]

const calls = [...Object.values(payment), ...Object.values(sharing), ...Object.values(bill)]

/** Errors of a call without a recipe that brings them about, by name. */
const uncaused = calls.flatMap(({ id, errors }) => {
  const { recipes = {} } = cookbooks.find(({ operation }) => operation.id === id) ?? {}
  return Object.entries(errors).flatMap(([name, { when }]) => {
    const recipe = recipes[name]
    const isCaused = recipe && recipe !== ONLY_PLANNED && !when.en.includes('only as a planned fault')
    return isCaused ? [] : [`${name.replaceAll(' ', '_')} ${id}`]
  })
})

test('each documented error of orders, refunds, shares and bills comes from a state, or it is said here why not', () => {
  const explained = NOT_CAUSED.flatMap(([, errors, ids]) =>
    errors.split(' ').flatMap((error) => {
      const having = uncaused.filter((one) => one.startsWith(`${error} `))
      return ids === undefined ? having : ids.split(' ').map((id) => `${error} ${id}`)
    }),
  )

  expect(explained.toSorted()).toEqual(uncaused.toSorted())
})

test('each row of their pages is among their errors', () => {
  const missing = calls.flatMap((call) => {
    const known = Object.values(call.errors).map(({ status, code }) => `${status} ${code}`)
    const rows = (call as unknown as ShapedOperation).facts.errors ?? []
    return rows.flatMap(([status, code]) =>
      known.includes(`${status} ${code}`) ? [] : [`${call.id} ${status} ${code}`],
    )
  })

  expect(missing).toEqual([])
})
