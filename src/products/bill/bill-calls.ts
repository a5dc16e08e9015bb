import { documentedCall, type FieldRule, type InputOf, type Refusal } from '../../catalogue/documented-call.ts'
import { mayActFor } from '../../engine/keys/merchants.ts'
import { documented, type FileBytes, inferred, type OperationContext, observed } from '../../engine/operation.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { encryptField } from '../../wire/protocol/sensitive-field.ts'
import { page, thread } from '../../wire/protocol/sources.ts'
import { byTheClock } from '../common/explain.ts'
import { fromPage, invalidRequest } from '../common/refusal.ts'
import { leftInCode } from '../payment/index.ts'
import {
  type Bill,
  billOf,
  billSettings,
  bytesOf,
  digestOf,
  hasLines,
  isSealed,
  sealOf,
  stageOf,
  tokenFor,
} from './bills.ts'

const BILL_DATE: FieldRule = { pattern: /^\d{4}-\d{2}-\d{2}$/.source, example: '2026-11-24' }

const WHEN = {
  no_statement: { en: 'nothing of the kind happened on that day', zh: '当日没有此类交易或资金变动' },
  creating: { en: 'it is not 10:00 of the next day yet', zh: '还未到次日 10 点' },
}

const REFUSALS = {
  date_unfit: fromPage('400 INVALID_REQUEST', {
    en: 'bill_date is no day, is not over, or is more than three months ago',
    zh: 'bill_date 不是有效日期、当天尚未结束，或早于三个月',
  }),
  no_statement: {
    row: '400 NO_STATEMENT_EXIST',
    message: '请求的账单文件不存在',
    when: WHEN.no_statement,
    evidence: 'observed',
    source: thread(
      'forum thread with the whole answer to a day without a bill',
      'develop/doc/000626286f08d843e9ee29c295d000',
    ),
  },
  creating: { row: '400 STATEMENT_CREATING', when: WHEN.creating },
} as const satisfies Record<string, Refusal>

const dayRules = [
  documented('A day ends at midnight in China; its bill can be had from 10:00 of the next day on, for three months.'),
  inferred('Three months are counted by the calendar: on 25 November the first day is 25 August.'),
  inferred('Before 10:00 a day without a bill is refused as later: NO_STATEMENT_EXIST.'),
  inferred('A bill is made anew for each download: what seeds or control calls change about a day shows in its bill.'),
]

const publishedBill = leftInCode('退款申请时间,退款成功时间,微信退款单号')

const fileRules = [
  observed(
    'A file begins with a byte order mark, its lines end in CRLF, and hash_value is the SHA-1 of that, unpacked.',
    publishedBill,
  ),
  documented('Every value has a backquote before it, and none of the titles has.'),
  inferred('The oldest line comes first.'),
]

type ApplyContext = OperationContext<'date_unfit' | 'no_statement' | 'creating'>

/** The answer to an application for a bill. @throws ApiError for a day that has none */
async function applied(bill: Bill, context: ApplyContext) {
  const { now, fail } = context
  const stage = stageOf(bill.day, now)
  const [it, clock] = [bill.day, byTheClock(now)]
  switch (stage) {
    case 'no_day':
      return fail('date_unfit', { en: `${it} is no day`, zh: `${it} 不是有效日期` })
    case 'not_over':
      return fail('date_unfit', { en: `${it} is not over: ${clock.en}`, zh: `${it} 尚未结束：${clock.zh}` })
    case 'too_old':
      return fail('date_unfit', {
        en: `${it} is more than three months ago: ${clock.en}`,
        zh: `${it} 早于三个月：${clock.zh}`,
      })
    case 'creating':
      if (await hasLines(context, bill)) return fail('creating', clock)
  }
  const hash_value = stage === 'ready' ? await digestOf(context, bill) : undefined
  if (hash_value === undefined) {
    const whose = bill.subMchid ?? bill.mchid
    return fail('no_statement', {
      en: `nothing for a bill ${bill.kind} of ${whose} happened on ${it}`,
      zh: `商户 ${whose} 在 ${it} 没有 ${bill.kind} 账单的数据`,
    })
  }
  const token = tokenFor(bill, context)
  const packed = bill.isGzip ? '&tartype=gzip' : ''
  const download_url = `https://api.mch.weixin.qq.com${DOWNLOAD_PATH}?token=${token}${packed}`
  return { hash_type: 'SHA1', hash_value, download_url, token }
}

/** @param query without what only one kind of bill asks for */
function billFor(
  mchid: string,
  { bill_date, sub_mchid, tar_type }: InputOf<'GET /v3/profitsharing/bills'>['query'],
  kind: Bill['kind'],
): Bill {
  const whose = { mchid, ...(sub_mchid !== undefined && { subMchid: sub_mchid }) }
  return { ...whose, kind, day: bill_date, isGzip: tar_type === 'GZIP' }
}

/** 申请交易账单: the address of the trade bill of a day. */
export const applyTradeBill = documentedCall('GET /v3/bill/tradebill', {
  id: 'applyTradeBill',
  summary: 'Apply for a transaction bill',
  lengthy: true,
  fields: { 'query/bill_date': BILL_DATE },
  refusals: REFUSALS,
  rules: [
    ...dayRules,
    ...fileRules,
    documented('An order is on the bill of the day it was paid on, a refund on that of the day it was accepted on.'),
    documented('It has the orders that the caller placed, those of one sub-merchant with sub_mchid.'),
    inferred('The status of a refund is that of 09:00 of the next day.'),
    observed(
      'With billRefundTime=succeeded a refund that succeeded has that time as 交易时间 in a bill of type ALL, as on a bill of 2018.',
      publishedBill,
    ),
    documented(
      'An order that was reversed after its payment is on it again, as REVOKED; how its columns are filled is inferred.',
    ),
    observed(
      'Each bill_type has all seven totals, and fees have five decimals; the page has fewer of both.',
      publishedBill,
    ),
    observed('A bill of type REFUND has the time of the payment as 交易时间.', publishedBill),
    documented('Characters that break a line are replaced, in refunds otherwise than in orders.'),
    inferred('The fee is 0.60% of what is settled, or feeRate at the payment, rounded half up to the fen.'),
  ],
  async handle({ query }, context) {
    return applied(billFor(context.caller.mchid, query, query.bill_type ?? 'ALL'), context)
  },
})

const billSources = {
  accounts: page('参数说明, 2024.10.29', 'doc/v3/merchant/4012068676'),
  transfers: page('开发指引 of 商家转账, 2026.06.23', 'doc/v3/merchant/4012715211'),
  locking: page('常见问题 of 商家转账, 2026.08.05', 'doc/v3/merchant/4013778940'),
} as const

const fundRules = [
  inferred(
    'BASIC has payments, their fees, refunds, what comes back from closed ones, shares and their returns; DEPOSIT has nothing.',
  ),
  documented(
    'OPERATION has transfers, by transfer_bill_no, with out_bill_no as 业务凭证号; one that succeeded has no line with 收入.',
    billSources.transfers,
  ),
  documented('The money of a transfer is 商家转账资金锁定 once it is locked.', billSources.locking),
  inferred(
    'What comes back from a transfer is 商家转账资金退回; the account begins with what was put into it (funded).',
  ),
  documented(
    'FEES has the fees of merchants that have opened it (feeAccount=FEES), and what of them comes back; those of others are taken from BASIC.',
    billSources.accounts,
  ),
  inferred(
    'A refund takes its settled part without the fee that comes back, when it is accepted, or once it has the money that it waited for.',
  ),
  inferred('A share is booked once all of its receivers have their results.'),
  documented('The balance of BASIC is what is available and what waits to be shared together.', billSources.accounts),
  documented(
    "A share has the receiver's detail_id as 业务凭证号; its other columns are inferred.",
    page('请求分账', 'doc/v3/merchant/4012524936'),
  ),
  inferred('The balance is the sum of all bookings so far: it begins with nothing.'),
]

/** 申请资金账单: the address of the fund flow bill of a day. */
export const applyFundFlowBill = documentedCall('GET /v3/bill/fundflowbill', {
  id: 'applyFundFlowBill',
  summary: 'Apply for a fund flow bill',
  lengthy: true,
  fields: { 'query/bill_date': BILL_DATE },
  refusals: REFUSALS,
  rules: [...dayRules, ...fileRules, ...fundRules],
  async handle({ query }, context) {
    return applied(billFor(context.caller.mchid, query, query.account_type ?? 'BASIC'), context)
  },
})

/** 申请单个子商户资金账单: the address of the encrypted fund flow bill of a sub-merchant. */
export const applySubMerchantFundFlowBill = documentedCall('GET /v3/bill/sub-merchant-fundflowbill', {
  id: 'applySubMerchantFundFlowBill',
  summary: 'Apply for a fund flow bill of a sub-merchant',
  lengthy: true,
  fields: { 'query/bill_date': BILL_DATE },
  refusals: {
    ...REFUSALS,
    // The page has the text that was observed.
    no_statement: { row: '400 NO_STATEMENT_EXIST', when: WHEN.no_statement },
    algorithm_unsupported: invalidRequest('inferred', '参数错误', {
      en: 'algorithm is SM4_GCM, which the mock has not',
      zh: 'algorithm 是 SM4_GCM，模拟服务不支持',
    }),
    not_a_partner: fromPage('403 NO_AUTH', {
      en: 'the caller is no partner of sub_mchid',
      zh: '调用方不是 sub_mchid 的服务商',
    }),
  },
  rules: [
    ...dayRules,
    ...fileRules,
    ...fundRules,
    documented('The file is encrypted, once it is packed: AES-256-GCM with no associated data, the tag behind it.'),
    documented("encrypt_key is the key, encrypted with the caller's certificate by RSA-OAEP."),
    inferred('The key has 32 characters and the nonce 12; there is one file, however large it is.'),
  ],
  async handle({ query }, context) {
    const { caller, merchantOf, fail } = context
    const { sub_mchid, account_type, algorithm } = query
    if (algorithm === 'SM4_GCM') {
      return fail('algorithm_unsupported', {
        en: 'Node.js has no SM4-GCM (docs/decisions/0009-no-sm2.md): use AEAD_AES_256_GCM',
        zh: 'Node.js 不支持 SM4-GCM（docs/decisions/0009-no-sm2.md），请使用 AEAD_AES_256_GCM',
      })
    }
    const sub = merchantOf(sub_mchid)
    if (!sub || !mayActFor(caller, sub)) {
      return fail('not_a_partner', {
        en: `${sub_mchid} is no merchant that has ${caller.mchid} among its partners`,
        zh: `${sub_mchid} 不是以 ${caller.mchid} 为服务商的商户`,
      })
    }
    const { token, ...file } = await applied(billFor(caller.mchid, query, account_type), context)
    const { key, nonce } = sealOf(token)
    const encrypt_key = encryptField(key, caller.publicKey)
    return { download_bill_count: 1, download_bill_list: [{ bill_sequence: 1, ...file, encrypt_key, nonce }] }
  },
})

/** 申请分账账单: the address of the profit-sharing bill of a day. */
export const applySharingBill = documentedCall('GET /v3/profitsharing/bills', {
  id: 'applySharingBill',
  summary: 'Apply for a profit-sharing bill',
  lengthy: true,
  refusals: {
    date_malformed: fromPage('400 PARAM_ERROR', { en: 'bill_date is no day', zh: 'bill_date 不是有效日期' }),
    date_unfit: fromPage('400 INVALID_REQUEST 请求的账单日期已过期', {
      en: 'bill_date is more than three months ago',
      zh: 'bill_date 早于三个月',
    }),
    creating: { row: '400 INVALID_REQUEST 请求的账单正在生成中', when: WHEN.creating },
    no_statement: { row: '400 NO_STATEMENT_EXIST', when: WHEN.no_statement },
    not_a_partner: fromPage('400 INVALID_REQUEST 服务商和分账方无受理关系', {
      en: 'the caller is no partner of sub_mchid',
      zh: '调用方不是 sub_mchid 的服务商',
    }),
  },
  rules: [
    ...dayRules,
    ...fileRules,
    documented('A day that is not over has no bill: NO_STATEMENT_EXIST.'),
    documented('Shares and returns that did not succeed are not on it.'),
    inferred(
      'The columns are ours: the page has them in a spreadsheet only. A return has a negative amount. With sharingBill=off no day has a bill.',
    ),
    inferred(
      'A share is on it with a line for each receiver, once all of them have their results, and so is what was unfrozen.',
    ),
  ],
  async handle({ query }, context) {
    const { caller, merchantOf, now, settings, fail } = context
    const { bill_date, sub_mchid } = query
    const stage = stageOf(bill_date, now)
    if (stage === 'no_day')
      return fail('date_malformed', { en: `${bill_date} is no day`, zh: `${bill_date} 不是有效日期` })
    const sub = sub_mchid === undefined ? caller : merchantOf(sub_mchid)
    if (!sub || !mayActFor(caller, sub)) {
      return fail('not_a_partner', {
        en: `${sub_mchid} is no merchant that has ${caller.mchid} among its partners`,
        zh: `${sub_mchid} 不是以 ${caller.mchid} 为服务商的商户`,
      })
    }
    if (stage === 'not_over') return fail('no_statement', byTheClock(now))
    if (billSettings.sharingBill.of(settings) === 'off') {
      return fail('no_statement', { en: 'the mock has sharingBill=off', zh: '模拟服务设置了 sharingBill=off' })
    }
    return applied(billFor(caller.mchid, query, 'SHARING'), context)
  },
})

const DOWNLOAD_PATH = '/v3/billdownload/file'

/** 下载账单: the file at the address that applying for a bill gave. */
export const downloadBill = documentedCall(`GET ${DOWNLOAD_PATH}`, {
  id: 'downloadBill',
  summary: 'Download a bill',
  lengthy: true,
  fileType: 'text/plain',
  fields: { 'query/tartype': { type: 'string', max: 16 } },
  refusals: {
    token_unfit: fromPage('400 INVALID_REQUEST', {
      en: 'the token is none of the mock, or has expired',
      zh: 'token 不是模拟服务签发的，或已过期',
    }),
    another_merchant: fromPage('403 NO_AUTH', {
      en: 'another merchant applied for the bill, or it is one of a merchant that the caller may not act for',
      zh: '账单由另一个商户申请，或账单所属商户不是调用方的子商户',
    }),
  },
  rules: [
    documented(
      'The request is signed over path and query, with the token as it was given; the answer is the file and is not signed.',
    ),
    documented('An address works for five minutes, which billUrlLife changes; that of a sharing bill for 30 seconds.'),
    inferred('Until then it can be used any number of times.'),
    documented(
      'The address of a packed file has tartype=gzip, as in the sample program; the token alone packs it (inferred).',
    ),
    inferred('The form of a token is ours; the media type is the one that wechatpay-node-v3 reads as text.'),
  ],
  async handle({ query: { token } }, context): Promise<FileBytes> {
    const { now, caller, merchantOf, fail } = context
    const bill = billOf(token)
    if (!bill) {
      return fail('token_unfit', {
        en: 'the token is none of this mock: take download_url of the application, unchanged',
        zh: 'token 不是本模拟服务签发的：请原样使用申请账单应答中的 download_url',
      })
    }
    const sub = isSealed(bill) ? merchantOf(bill.subMchid ?? '') : caller
    // Whoever makes a token up gets no more than by an application.
    if (bill.mchid !== caller.mchid || !sub || !mayActFor(caller, sub)) {
      return fail('another_merchant', {
        en: `${bill.mchid} applied for the bill of ${bill.subMchid ?? bill.mchid}`,
        zh: `账单由 ${bill.mchid} 申请，所属商户是 ${bill.subMchid ?? bill.mchid}`,
      })
    }
    if (now >= bill.until) {
      const until = formatInstant(bill.until)
      return fail('token_unfit', { en: `the token was good until ${until}`, zh: `token 的有效期至 ${until}` })
    }
    return bytesOf(context, bill, token)
  },
})
