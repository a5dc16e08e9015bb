import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { cancelTransfer, getTransferBillByOutNo, transferToUser } from 'wechatpay-mock'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
import { like, textLike, wechatPayPact } from 'wechatpay-mock/pact'
import { seal } from 'wechatpay-mock/protocol'
import { Books, type Commission, finished, Payouts, receive } from './payouts.ts'

const directory = fileURLToPath(new URL('../pacts', import.meta.url))
const pact = wechatPayPact({ consumer: 'payouts', dir: directory, fresh: true })

const NUMBER = 'FY20260105001'
const CUSTOMER = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const BILL = '1330001900000001260105123456789012'
const COMMISSION: Commission = { number: NUMBER, openid: CUSTOMER, fen: 500 }
const NOTIFY_URL = 'https://shop.example/transfers'

/** A payout of the contract's states. */
const GIVEN = { out_bill_no: NUMBER, transfer_bill_no: BILL, openid: CUSTOMER, transfer_amount: '500' }
const SHOWN = { out_bill_no: NUMBER, transfer_bill_no: BILL, transfer_amount: 500 }
const PAYOUT = { number: NUMBER, bill: BILL, yuan: '5.00', why: undefined }

/** The shop's request. */
const ASKED = {
  appid: 'wx1234567889999',
  out_bill_no: NUMBER,
  transfer_scene_id: '1005',
  openid: CUSTOMER,
  transfer_amount: 500,
  transfer_remark: '订单返佣',
  notify_url: NOTIFY_URL,
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
}

describe('a payout is asked for', () => {
  const asks = (circumstances: string) => pact.upon(`asks for a payout${circumstances}`)
  const funded = (circumstances: string, balance = '500') =>
    asks(circumstances).given('a merchant has money for transfers', { balance })

  test.for([
    ['and the customer confirms it on a page', funded('')],
    [
      'and paid once, however often it is asked for',
      funded(' again, with its number').given('the same request was made before'),
    ],
  ] as const)('%s', ([, start]) =>
    start
      .calls(transferToUser, ASKED)
      .answers({
        state: 'WAIT_USER_CONFIRM',
        transfer_bill_no: textLike('^1330[0-9]{1,60}$', BILL),
        package_info: textLike('^[0-9A-Za-z+/=]{20,1024}$', 'ABBQO+oYAAABAAAAAAk+5n0f'),
      })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toEqual({
          confirm: { mchId: '1900000001', appId: ASKED.appid, package: 'ABBQO+oYAAABAAAAAAk+5n0f' },
          bill: BILL,
        })
      }),
  )

  test.for([
    ['once there is money', funded(' without the money for it', '499'), 'not_enough', { topUp: true }],
    [
      'where the service is overloaded',
      asks(' while the service is overloaded').given('the service is overloaded'),
      'rate_limited',
      { again: true },
    ],
    [
      'where the service fails',
      asks(' while the service fails').given('the service fails'),
      'system_error',
      { again: true },
    ],
  ] as const)('and asked for again with its number %s', ([, start, error, outcome]) =>
    start
      .calls(transferToUser, ASKED)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toEqual(outcome)
      }),
  )
})

describe('a payout is looked up', () => {
  test('that was paid', () =>
    pact
      .upon('looks up a payout')
      .given('a transfer succeeded', GIVEN)
      .calls(getTransferBillByOutNo, { out_bill_no: NUMBER })
      .answers({ ...SHOWN, state: 'SUCCESS' })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).look(NUMBER)).toEqual({ ...PAYOUT, standing: 'paid' })
      }))

  test('that nobody confirmed', () =>
    pact
      .upon('looks up a payout that nobody confirmed')
      .given('a transfer failed', GIVEN)
      .calls(getTransferBillByOutNo, { out_bill_no: NUMBER })
      .answers({ ...SHOWN, state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
      .test(async (connection) => {
        const shown = { ...PAYOUT, standing: 'not paid', why: 'OVERDUE_CLOSE' }
        expect(await new Payouts(connection, NOTIFY_URL).look(NUMBER)).toEqual(shown)
      }))

  test('that was never taken', () =>
    pact
      .upon('looks up a payout that was never taken')
      .calls(getTransferBillByOutNo, { out_bill_no: NUMBER })
      .refuses('not_found')
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).look(NUMBER)).toBeUndefined()
      }))
})

describe('a payout is called back', () => {
  const callsBack = (circumstances: string) => pact.upon(`cancels a payout${circumstances}`)

  test('while nobody has confirmed it', () =>
    callsBack('')
      .given('a transfer waits for its user', GIVEN)
      .calls(cancelTransfer, { out_bill_no: NUMBER })
      .answers({ state: textLike('^CANCEL(?:ING|LED)$', 'CANCELING') })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).callBack(NUMBER)).toEqual({ taken: true })
      }))

  test('once more where the service fails', () =>
    callsBack(' while the service fails')
      .given('the service fails')
      .calls(cancelTransfer, { out_bill_no: NUMBER })
      .refuses('system_error')
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).callBack(NUMBER)).toEqual({ again: true })
      }))
})

describe('the callback MCHTRANSFER.BILL.FINISHED', () => {
  const FINISHED = {
    mch_id: '1900000001',
    out_bill_no: NUMBER,
    transfer_bill_no: BILL,
    transfer_amount: 500,
    state: 'SUCCESS',
    openid: CUSTOMER,
    create_time: '2026-01-05T10:20:30+08:00',
    update_time: '2026-01-05T10:20:40+08:00',
    mchid: '1900000001',
  }
  const sealed = seal(JSON.stringify(FINISHED), wellKnownCredentials.api_v3_key, {
    nonce: 'j9g1wAzF9Xn1',
    associatedData: 'mch_payment',
  })
  const ENVELOPE = { nonce: like(sealed.nonce), ciphertext: like(sealed.ciphertext) }

  test('is opened once it is verified, and booked once, however often it comes', () =>
    pact
      .receives('a MCHTRANSFER.BILL.FINISHED callback that comes again')
      .given('a transfer succeeded', GIVEN)
      .given('the same callback was delivered before')
      .with(
        { event_type: 'MCHTRANSFER.BILL.FINISHED', resource: { ...ENVELOPE, associated_data: like('mch_payment') } },
        { signed: true },
      )
      .test(async (message) => {
        const { credentials } = message
        const books = new Books()
        for (const _ of [1, 2]) books.take(message, credentials)
        expect(books.booked).toEqual([{ ...PAYOUT, standing: 'paid', account: '1900000001' }])
        const forged = { ...message, body: Buffer.from('{}') }
        expect(() => receive(forged, credentials)).toThrow('not from WeChat Pay')
      }))

  test('says which payout was paid, and from which account', () =>
    pact
      .receives('the plaintext of MCHTRANSFER.BILL.FINISHED')
      .given('a transfer succeeded', GIVEN)
      .with({ ...SHOWN, mchid: '1900000001', state: 'SUCCESS' })
      .test(async ({ body }) => {
        const payout = { ...PAYOUT, standing: 'paid', account: '1900000001' }
        expect(finished(Buffer.from(body).toString())).toEqual(payout)
      }))
})
