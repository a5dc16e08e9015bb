import { createDecipheriv, createHash, createPrivateKey } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect } from 'vitest'
import {
  applyFundFlowBill,
  applySharingBill,
  applySubMerchantFundFlowBill,
  applyTradeBill,
  createRefund,
  createSharing,
  createSharingReturn,
  downloadBill,
  queryUnsplitAmount,
} from '../../../src/products/operations.ts'
import type { MerchantClient } from '../../../src/testing/merchant-client.ts'
import { decryptField } from '../../../src/wire/protocol/sensitive-field.ts'
import { transports, test as world } from '../../helpers/world.ts'
import { giveBack, PAYER, part, SUPPLIER, share, TRANSACTION, waiting } from '../profit-sharing/sharing.ts'

const YESTERDAY = '2026-11-24'
const refused = (status: number, code: string, message: string) => ({ status, body: { code, message } })
const NO_STATEMENT = refused(400, 'NO_STATEMENT_EXIST', '请求的账单文件不存在')
const UNFIT = refused(400, 'INVALID_REQUEST', '参数错误')

const refundOf = (out_trade_no: string, out_refund_no: string, refund: number) => {
  return { out_trade_no, out_refund_no, amount: { refund, total: 1_000, currency: 'CNY' } }
}

/** It is noon of 25 November 2026. The merchant was paid ten yuan the day before, and gave five back an hour later. */
const test = world
  .extend('paid', { auto: true }, async ({ seed, control, merchant }) => {
    await seed.order({ out_trade_no: 'ORDER-1', total: 1_000, success_time: `${YESTERDAY}T15:00:00+08:00` })
    await control.freeze(`${YESTERDAY}T16:00:00+08:00`)
    expect(await merchant.call(createRefund, refundOf('ORDER-1', 'REFUND-1', 500))).toMatchObject({ status: 200 })
    await control.freeze('2026-11-25T12:00:00+08:00')
  })
  /** Applies for a bill, and downloads it from where the answer says. */
  .extend(
    'fetched',
    ({ merchant }) =>
      async (operation: typeof applyTradeBill | typeof applyFundFlowBill | typeof applySharingBill, query = {}) => {
        const { body } = await merchant.call(operation, { bill_date: YESTERDAY, ...query })
        const { download_url, hash_value } = body as Record<string, string>
        const { bytes } = await download(merchant, download_url)
        return { bytes, hash_value, download_url, lines: Buffer.from(bytes).toString('utf8').split('\r\n') }
      },
  )

function download(client: MerchantClient, address = '') {
  const { pathname, search } = new URL(address)
  return client.request({ target: pathname + search, fileType: downloadBill.fileType })
}

/** Downloads an encrypted bill, and opens it. */
async function openedBill(
  client: MerchantClient,
  { download_url, encrypt_key, nonce }: Record<'download_url' | 'encrypt_key' | 'nonce', string>,
) {
  const { bytes } = await download(client, download_url)
  const opened = decryptField(encrypt_key, createPrivateKey(client.credentials.merchant_private_key))
  if (!opened.ok) throw new Error('The key does not open.')
  const decipher = createDecipheriv('aes-256-gcm', opened.plaintext, nonce).setAuthTag(bytes.slice(-16))
  return Buffer.concat([decipher.update(bytes.slice(0, -16)), decipher.final()])
}

const madeUp = (text: string) => {
  const digest = createHash('sha256').update(`bill: ${text}`).digest('base64url')
  return `${Buffer.from(text).toString('base64url')}.${digest}`
}

const sha1 = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex')

describe.for(transports)('a bill over %s', (transport) => {
  test.override('transport', transport)

  test('has the digest that its application gave, over byte order mark and line ends', async ({ fetched }) => {
    const { bytes, hash_value, lines } = await fetched(applyTradeBill)

    expect(sha1(bytes)).toBe(hash_value)
    expect(lines).toHaveLength(6)
    expect(lines[0]).toMatch(/^\ufeff交易时间,/)
    expect(lines[1]).toMatch(/^`2026-11-24 15:00:00,.*,`ORDER-1,.*,`SUCCESS,.*,`0.06000,`0.60%,`10.00,`0.00,`$/)
    expect(lines[2]).toMatch(
      /^`2026-11-24 16:00:00,.*,`ORDER-1,.*,`REFUND,.*,`REFUND-1,`5.00,.*,`-0.03000,`0.60%,`0.00,`5.00,`$/,
    )
    expect(lines.slice(4)).toEqual(['`2,`10.00,`5.00,`0.00,`0.03000,`10.00,`5.00', ''])
  })

  test('is packed on request, with the digest of the plain file', async ({ fetched }) => {
    const plain = await fetched(applyTradeBill)
    const packed = await fetched(applyTradeBill, { tar_type: 'GZIP' })

    expect(packed.download_url).toMatch(/\?token=[\w.-]+&tartype=gzip$/)
    expect(packed.hash_value).toBe(plain.hash_value)
    expect(gunzipSync(packed.bytes)).toEqual(Buffer.from(plain.bytes))
  })
})

test('each type of a trade bill has its lines', async ({ fetched }) => {
  const kinds = async (bill_type: string) => (await fetched(applyTradeBill, { bill_type })).lines.slice(1, -3)

  expect(await kinds('ALL')).toHaveLength(2)
  expect(await kinds('SUCCESS')).toEqual([expect.stringContaining('`SUCCESS')])
  expect(await kinds('REFUND')).toEqual([expect.stringContaining('`REFUND-1')])
})

test('a fund bill begins with what was booked before', async ({ fetched, seed }) => {
  await seed.order({ out_trade_no: 'ORDER-0', total: 100, success_time: '2026-11-23T23:59:59+08:00' })

  const { lines } = await fetched(applyFundFlowBill)

  const booked = lines.slice(1, -3).map((line) => line.split(',').slice(4, 8).join())
  expect(booked).toEqual(['`交易,`收入,`10.00,`10.99', '`扣除交易手续费,`支出,`0.06,`10.93', '`退款,`支出,`4.97,`5.96'])
  expect(lines.at(-2)).toBe('`3,`1,`10.00,`2,`5.03')
})

test('a refund that is closed later is on the bill of that day again', async ({ merchant, control, fetched, seed }) => {
  await seed.order({ out_trade_no: 'ORDER-2', total: 1_000, success_time: `${YESTERDAY}T01:00:00+08:00` })
  await control.freeze(`${YESTERDAY}T23:59:58+08:00`)
  await merchant.call(createRefund, refundOf('ORDER-2', 'REFUND-2', 1_000))
  await control.freeze('2026-11-25T00:00:01+08:00')
  await control.settleRefund('REFUND-2', { outcome: 'CLOSED' })
  await control.freeze('2026-11-26T10:00:00+08:00')

  const { lines } = await fetched(applyFundFlowBill, { bill_date: '2026-11-25' })

  expect(lines[1]).toMatch(/^`2026-11-25 00:00:01,.*,`退款,`退款关闭,`收入,`9.94,/)
  expect(await merchant.call(applyTradeBill, { bill_date: '2026-11-25' })).toEqual(NO_STATEMENT)
})

test('the operating account has what transfers took, and what of it came back', async ({ control, fetched }) => {
  const at = (time: string) => `${YESTERDAY}T${time}+08:00`
  const ended = (by: 'user' | 'merchant' | 'wechat', time: string) => ({ by, time: at(time), settle_time: at(time) })
  const created = { create_time: at('09:00:00'), transfer_amount: 1_000, transfer_remark: '奖励' }
  await control.addTransferAccount({ funded: 10_000 })
  await control.addTransfers([
    { ...created, out_bill_no: 'PAID', transfer_bill_no: '1331', end: ended('user', '10:00:00') },
    { ...created, out_bill_no: 'CANCELLED', lock_time: at('09:01:00'), end: ended('merchant', '11:00:00') },
    { ...created, out_bill_no: 'NEVERLOCKED', lock_time: null, end: ended('merchant', '11:00:00') },
    {
      ...created,
      out_bill_no: 'UNASKED',
      out_authorization_no: 'A1',
      lock_time: null,
      end: ended('wechat', '12:00:00'),
    },
  ])

  const { lines } = await fetched(applyFundFlowBill, { account_type: 'OPERATION' })

  expect(lines[1]).toBe(
    '`2026-11-24 09:00:00,`1331,`1331,`商家转账,`商家转账资金锁定,`支出,`10.00,`90.00,`1900000001API,`奖励,`PAID',
  )
  expect(lines.slice(2, -3).map((line) => line.replace(/,`\d+,`\d+,`商家转账,/, ''))).toEqual([
    '`2026-11-24 09:01:00`商家转账资金锁定,`支出,`10.00,`80.00,`1900000001API,`奖励,`CANCELLED',
    '`2026-11-24 11:00:00`商家转账资金退回,`收入,`10.00,`90.00,`system,`奖励,`CANCELLED',
    '`2026-11-24 12:00:00`商家转账资金锁定,`支出,`10.00,`80.00,`1900000001API,`奖励,`UNASKED',
  ])
})

test('a merchant with an account for fees pays them from there, at its own rate', async ({
  merchant,
  control,
  seed,
  fetched,
}) => {
  await control.changeSettings({ fee_rate: 38, fee_account: 'FEES' })
  await control.freeze(`${YESTERDAY}T20:00:00+08:00`)
  await seed.order({ out_trade_no: 'ORDER-2', state: 'NOTPAY', total: 1_000, profit_sharing: true })
  const { transaction_id = '' } = await control.payOrder('ORDER-2')
  expect(await merchant.call(queryUnsplitAmount, { transaction_id })).toMatchObject({ body: { unsplit_amount: 1_000 } })
  expect(await merchant.call(createRefund, refundOf('ORDER-2', 'REFUND-2', 500))).toMatchObject({ status: 200 })
  expect(await merchant.call(queryUnsplitAmount, { transaction_id })).toMatchObject({ body: { unsplit_amount: 500 } })
  await control.freeze('2026-11-25T12:00:00+08:00')

  const booked = async (account_type: string) => {
    const { lines } = await fetched(applyFundFlowBill, { account_type })
    return lines.slice(1, -3).map((line) => line.split(',').slice(4, 8).join())
  }
  expect(await booked('FEES')).toEqual(['`扣除交易手续费,`支出,`0.04,`-0.04', '`退还交易手续费,`收入,`0.02,`-0.02'])
  expect((await booked('BASIC')).slice(-2)).toEqual(['`交易,`收入,`10.00,`14.97', '`退款,`支出,`5.00,`9.97'])
  const { lines } = await fetched(applyTradeBill, { bill_type: 'SUCCESS' })
  expect(lines[2]).toMatch(/,`ORDER-2,.*,`0.04000,`0.38%,`10.00,`$/)
})

describe('the day of a bill', () => {
  test.for<[now: string, day: string, answer: object]>([
    ['2026-11-24T23:59:59', YESTERDAY, UNFIT],
    ['2026-11-25T00:00:00', YESTERDAY, refused(400, 'STATEMENT_CREATING', '账单生成中')],
    ['2026-11-25T09:59:59', YESTERDAY, refused(400, 'STATEMENT_CREATING', '账单生成中')],
    ['2026-11-25T09:59:59', '2026-11-23', NO_STATEMENT],
    ['2026-11-25T10:00:00', YESTERDAY, { status: 200 }],
    ['2026-11-25T10:00:00', '2026-11-23', NO_STATEMENT],
    ['2026-11-25T10:00:00', '2026-11-26', UNFIT],
    ['2027-02-24T23:59:59', YESTERDAY, { status: 200 }],
    ['2027-02-25T00:00:00', YESTERDAY, UNFIT],
    ['2026-11-25T10:00:00', '2026-02-30', UNFIT],
    ['2026-11-25T10:00:00', '9999-99-99', UNFIT],
  ])('at %s of %s', async ([now, day, answer], { merchant, control }) => {
    await control.freeze(`${now}+08:00`)

    for (const operation of [applyTradeBill, applyFundFlowBill]) {
      expect(await merchant.call(operation, { bill_date: day })).toMatchObject(answer)
    }
  })

  test('without movement before 10:00 has no bill, as later', async ({ merchant, control }) => {
    await control.freeze('2026-11-26T01:00:00+08:00')

    expect(await merchant.call(applyTradeBill, { bill_date: '2026-11-25' })).toEqual(NO_STATEMENT)
  })

  test.for(['20261124', '2026-11-4', ''])('is refused when it is written as %j', async (bill_date, { merchant }) => {
    expect(await merchant.call(applyTradeBill, { bill_date })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', detail: { location: 'query' } },
    })
  })

  test('has no movement on accounts that orders do not touch', async ({ merchant }) => {
    for (const account_type of ['OPERATION', 'FEES']) {
      const query = { bill_date: YESTERDAY, account_type }
      expect(await merchant.call(applyFundFlowBill, query)).toEqual(NO_STATEMENT)
    }
  })

  test('has no bill of another merchant', async ({ clientOf, others, merchant }) => {
    const other = await clientOf(others.owner)

    expect(await other.call(applyTradeBill, { bill_date: YESTERDAY })).toEqual(NO_STATEMENT)
    const query = { bill_date: YESTERDAY, sub_mchid: others.owner.mchid }
    expect(await merchant.call(applyTradeBill, query)).toEqual(NO_STATEMENT)
  })
})

describe('a download', () => {
  test('is good for five minutes, and any number of times', async ({ fetched, merchant, control }) => {
    const { download_url } = await fetched(applyTradeBill)
    await control.advance(299)
    expect(await download(merchant, download_url)).toMatchObject({ status: 200 })

    await control.advance(1)

    expect(await download(merchant, download_url)).toMatchObject(UNFIT)
  })

  test.for([
    [applyTradeBill, 60],
    [applySharingBill, 30],
  ] as const)(
    'is good for as long as billUrlLife says: %#',
    async ([operation, life], { fetched, merchant, control }) => {
      await control.changeSettings({ bill_url_life: 60 })
      await control.freeze(`${YESTERDAY}T20:00:00+08:00`)
      await waiting(control)
      await merchant.call(createSharing, share())
      await control.freeze('2026-11-25T12:00:00+08:00')
      const { download_url } = await fetched(operation)
      await control.advance(life - 1)
      expect(await download(merchant, download_url)).toMatchObject({ status: 200 })

      await control.advance(1)

      expect(await download(merchant, download_url)).toMatchObject(UNFIT)
    },
  )

  test('is for the merchant that applied for it', async ({ fetched, clientOf, others }) => {
    const { download_url } = await fetched(applyTradeBill)

    const other = await clientOf(others.owner)

    expect(await download(other, download_url)).toMatchObject(refused(403, 'NO_AUTH', '权限异常'))
  })

  test('takes a token as it was given only', async ({ merchant, fetched }) => {
    const token = new URL((await fetched(applyTradeBill)).download_url ?? '').searchParams.get('token') ?? ''

    for (const changed of ['sample', `${token}x`, token.replace('.', '..'), token.slice(1)]) {
      expect(await merchant.call(downloadBill, { token: changed })).toEqual(UNFIT)
    }
  })

  test.for<[what: string, text: string]>([
    ['nothing', ''],
    ['no kind of bill', '1900000001/LAMPS/2026-11-24///1764043200000'],
    ['no day', '1900000001/ALL/now///1764043200000'],
    ['no instant', '1900000001/ALL/2026-11-24///now'],
    ['an instant beyond time', '1900000001/ALL/2026-11-24///9999999999999999'],
    ['an instant before time', '1900000001/ALL/2026-11-24///-9999999999999999'],
    ['too little', '1900000001/ALL/2026-11-24'],
  ])('is refused for a token that somebody made of %s', async ([, text], { merchant }) => {
    expect(await merchant.call(downloadBill, { token: madeUp(text) })).toEqual(UNFIT)
  })

  test.for(['BASIC', 'OPERATION', 'FEES'])(
    'of the account %s is refused to a merchant that made a token up for the bill of another one',
    async (kind, { merchant, clientOf, others, seed }) => {
      const { mchid } = (await clientOf(others.owner)).credentials
      await seed.order({ mchid, success_time: `${YESTERDAY}T15:00:00+08:00` })
      const token = madeUp(`${PAYER}/${kind}/${YESTERDAY}/${mchid}//1795590000000`)

      expect(await merchant.call(downloadBill, { token })).toEqual(refused(403, 'NO_AUTH', '权限异常'))
    },
  )

  test('is signed over path and query', async ({ fetched, merchant }) => {
    const { pathname, search } = new URL((await fetched(applyTradeBill)).download_url ?? '')
    const target = pathname + search
    const wrong = await merchant.request({ target, signInstead: { target: pathname }, fileType: downloadBill.fileType })

    expect(wrong).toMatchObject({ status: 401, body: { code: 'SIGN_ERROR' } })
  })

  test('has no signature to verify', async ({ fetched, merchant }) => {
    const { headers } = await download(merchant, (await fetched(applyTradeBill)).download_url)

    expect(Object.keys(headers).filter((name) => /^wechatpay-/i.test(name))).toEqual([])
  })
})

describe('the fund bill of a sub-merchant', () => {
  const query = (sub_mchid: string) => ({
    sub_mchid,
    bill_date: YESTERDAY,
    account_type: 'BASIC',
    algorithm: 'AEAD_AES_256_GCM',
  })
  const partnered = test.extend('sub', async ({ clientOf, others, seed }) => {
    const sub = { ...others.owner, partners: ['1900000001'] }
    await clientOf(sub)
    const success_time = `${YESTERDAY}T15:00:00+08:00`
    await seed.order({ mchid: sub.mchid, out_trade_no: 'S1', total: 1_000, success_time })
    return sub
  })

  partnered.for([undefined, 'GZIP'] as const)(
    'is encrypted for its partner: %s',
    async (tar_type, { merchant, sub }) => {
      const { body } = await merchant.call(applySubMerchantFundFlowBill, {
        ...query(sub.mchid),
        ...(tar_type && { tar_type }),
      })
      const { download_bill_count, download_bill_list } = Object(body)
      const [{ download_url, encrypt_key, nonce, hash_value, ...rest }] = download_bill_list
      expect({ download_bill_count, ...rest }).toEqual({ download_bill_count: 1, bill_sequence: 1, hash_type: 'SHA1' })

      const packed = await openedBill(merchant, { download_url, encrypt_key, nonce })
      const plain = tar_type ? gunzipSync(packed) : packed

      expect(sha1(plain)).toBe(hash_value)
      expect(plain.toString('utf8').split('\r\n').at(-2)).toBe('`2,`1,`10.00,`1,`0.06')
    },
  )

  partnered('has the money of what its partner placed for it', async ({ merchant, control, seed, sub, fetched }) => {
    const of = { sub_mchid: sub.mchid }
    await seed.order({ ...of, out_trade_no: 'PARTNER-1', total: 2_000, success_time: `${YESTERDAY}T15:30:00+08:00` })
    await control.freeze(`${YESTERDAY}T16:30:00+08:00`)
    const refund = { ...refundOf('PARTNER-1', 'REFUND-2', 500), amount: { refund: 500, total: 2_000, currency: 'CNY' } }
    expect(await merchant.call(createRefund, { ...refund, ...of })).toMatchObject({ status: 200 })
    await control.freeze('2026-11-25T12:00:00+08:00')

    const { lines } = await fetched(applyFundFlowBill)
    expect(lines.slice(1, -3).map((line) => line.split(',').at(-1))).toEqual(['`ORDER-1', '`ORDER-1', '`REFUND-1'])
    const { body } = await merchant.call(applySubMerchantFundFlowBill, query(sub.mchid))
    const plain = await openedBill(merchant, Object(body).download_bill_list[0])
    expect(plain.toString('utf8').split('\r\n').at(-2)).toBe('`5,`2,`30.00,`3,`5.15')
    const numbersIn = async (asked: object) => {
      const bill = await fetched(applyTradeBill, asked)
      return bill.lines.slice(1, -3).map((line) => line.split(',').slice(2, 4).join())
    }
    const [own, others] = ['`1900000001,`0', `\`1900000001,\`${sub.mchid}`]
    expect(await numbersIn({})).toEqual([own, others, own, others])
    expect(await numbersIn(of)).toEqual([others, others])
  })

  partnered('is not for others, and not in SM4', async ({ merchant, clientOf, others, sub }) => {
    const stranger = await clientOf(others.sender)

    const noAuth = refused(403, 'NO_AUTH', '权限异常')
    expect(await stranger.call(applySubMerchantFundFlowBill, query(sub.mchid))).toEqual(noAuth)
    expect(await merchant.call(applySubMerchantFundFlowBill, query('1900009999'))).toEqual(noAuth)
    const inSm4 = { ...query(sub.mchid), algorithm: 'SM4_GCM' }
    expect(await merchant.call(applySubMerchantFundFlowBill, inSm4)).toEqual(UNFIT)
    const deposit = { ...query(sub.mchid), account_type: 'DEPOSIT' }
    expect(await merchant.call(applySubMerchantFundFlowBill, deposit)).toEqual(NO_STATEMENT)
  })
})

test('a sharing bill has shares and returns that succeeded', async ({
  merchant,
  control,
  clientOf,
  others,
  fetched,
}) => {
  const supplier = await clientOf({ ...others.owner, mchid: SUPPLIER })
  await waiting(control, { success_time: `${YESTERDAY}T19:00:00+08:00` })
  await control.addSharingReceiver({ account: '1900000110', fail_reason: 'ACCOUNT_ABNORMAL' })
  await control.freeze(`${YESTERDAY}T20:00:00+08:00`)
  const receivers = [part(1_000), part(500, { account: '1900000110' })]
  const { body } = await merchant.call(createSharing, share({ receivers, unfreeze_unsplit: true }))
  const [got, , kept] = Object(body).receivers
  await control.freeze(`${YESTERDAY}T20:00:01+08:00`)
  const returned = Object((await merchant.call(createSharingReturn, giveBack())).body)
  await control.freeze('2026-11-25T12:00:00+08:00')

  const { lines } = await fetched(applySharingBill)
  const common = `\`2026-11-24 20:00:01,\`${PAYER},\`${PAYER},\`${TRANSACTION}`
  const share1 = `\`${Object(body).order_id}`
  expect(lines.slice(1)).toEqual([
    `${common},${share1},\`${got.detail_id},\`P1,\`100.00,\`${SUPPLIER},\`10.00,\`分账,\`SUCCESS,\`供货分账,\``,
    `${common},${share1},\`${kept.detail_id},\`P1,\`100.00,\`${PAYER},\`84.40,\`分账,\`SUCCESS,\`解冻给分账方,\``,
    `${common},\`${returned.return_id},\`,\`R1,\`100.00,\`${SUPPLIER},\`-3.00,\`分账回退,\`SUCCESS,\`用户退款,\``,
    '总条数,分账总金额',
    '`3,`91.40',
    '',
  ])
  const booked = (await fetched(applyFundFlowBill)).lines.slice(-5, -3)
  expect(booked.map((line) => line.split(',').slice(3, 8).join())).toEqual([
    '`分账,`分账,`支出,`10.00,`94.37',
    '`分账,`分账回退,`收入,`3.00,`97.37',
  ])
  const { body: applied } = await supplier.call(applyFundFlowBill, { bill_date: YESTERDAY })
  const file = Buffer.from((await download(supplier, Object(applied).download_url)).bytes).toString('utf8')
  expect(file.split('\r\n').at(-2)).toBe('`2,`1,`10.00,`1,`3.00')
})

test('settings date refunds on a trade bill, and leave sharing bills out', async ({ merchant, control, fetched }) => {
  await control.freeze(`${YESTERDAY}T20:00:00+08:00`)
  await waiting(control)
  await merchant.call(createSharing, share())
  await control.freeze('2026-11-25T12:00:00+08:00')
  expect((await fetched(applySharingBill)).lines).toHaveLength(5)
  expect((await fetched(applyTradeBill)).lines[2]).toMatch(/^`2026-11-24 16:00:00,/)

  await control.changeSettings({ bill_refund_time: 'succeeded', sharing_bill: 'off' })

  expect((await fetched(applyTradeBill)).lines[2]).toMatch(/^`2026-11-24 16:00:05,/)
  expect(await merchant.call(applySharingBill, { bill_date: YESTERDAY })).toMatchObject({ status: 400 })
})

test.for<[query: object, answer: object]>([
  [{}, refused(400, 'NO_STATEMENT_EXIST', '账单文件不存在')],
  [{ bill_date: '2026-11-25' }, refused(400, 'NO_STATEMENT_EXIST', '账单文件不存在')],
  [{ bill_date: '2026-08-24' }, refused(400, 'INVALID_REQUEST', '请求的账单日期已过期')],
  [{ bill_date: 'yesterday' }, refused(400, 'PARAM_ERROR', '日期格式不正确')],
  [{ sub_mchid: '1900009999' }, refused(400, 'INVALID_REQUEST', '服务商和分账方无受理关系')],
])('a sharing bill with %j', async ([query, answer], { merchant }) => {
  expect(await merchant.call(applySharingBill, { bill_date: YESTERDAY, ...query })).toEqual(answer)
})
