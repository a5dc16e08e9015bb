import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { cancelTransfer, getTransferBillByOutNo, transferToUser } from 'wechatpay-mock'
import { wellKnownCredentials } from 'wechatpay-mock/fixtures'
import { like, textLike, time, wechatPayPact } from 'wechatpay-mock/pact'
import { seal } from 'wechatpay-mock/protocol'
import { agreement, Books, type Commission, finished, Payouts, receive } from './payouts.ts'

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
  test('and the customer confirms it on a page', () =>
    pact
      .upon('asks for a payout')
      .given('a merchant has money for transfers', { balance: '500' })
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
      }))

  test('and asked for again once there is money', () =>
    pact
      .upon('asks for a payout that the account is short of money for')
      .given('a merchant has money for transfers', { balance: '499' })
      .calls(transferToUser, ASKED)
      .refuses('not_enough')
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toEqual({ topUp: true })
      }))

  test.for([
    ['overloaded', 'the service is overloaded', 'rate_limited'],
    ['failing', 'the service fails', 'system_error'],
  ] as const)('and asked for again with its number where the service is %s', ([title, given, error]) =>
    pact
      .upon(`asks for a payout of a service that is ${title}`)
      .given('a merchant has money for transfers', { balance: '500' })
      .given(given)
      .calls(transferToUser, ASKED)
      .refuses(error)
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toEqual({ again: true })
      }),
  )

  test('and paid once, however often it is asked for', () =>
    pact
      .upon('asks for a payout again, with its number')
      .given('a merchant has money for transfers', { balance: '500' })
      .given('the same request was made before')
      .calls(transferToUser, ASKED)
      .answers({
        state: 'WAIT_USER_CONFIRM',
        transfer_bill_no: textLike('^1330[0-9]{1,60}$', BILL),
        package_info: textLike('^[0-9A-Za-z+/=]{20,1024}$', 'ABBQO+oYAAABAAAAAAk+5n0f'),
      })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toMatchObject({ bill: BILL })
      }))

  test('unless its number is that of another', () =>
    pact
      .upon('asks for a payout with the number of another')
      .given('a transfer waits for its user', { ...GIVEN, transfer_amount: '501' })
      .calls(transferToUser, ASKED)
      .refuses('number_reused')
      .test(async (connection) => {
        const { message } = transferToUser.errors.number_reused
        expect(await new Payouts(connection, NOTIFY_URL).ask(COMMISSION)).toEqual({ reason: message })
      }))
})

describe('a payout is looked up', () => {
  test.for([
    ['that waits for the customer', 'a transfer waits for its user', 'WAIT_USER_CONFIRM', 'waiting'],
    ['that is under way', 'a transfer is under way', 'TRANSFERING', 'under way'],
    ['that was paid', 'a transfer succeeded', 'SUCCESS', 'paid'],
  ] as const)('%s', ([title, given, state, standing]) =>
    pact
      .upon(`looks up a payout ${title}`)
      .given(given, GIVEN)
      .calls(getTransferBillByOutNo, { out_bill_no: NUMBER })
      .answers({ ...SHOWN, state })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).look(NUMBER)).toEqual({ ...PAYOUT, standing })
      }),
  )

  test.for([
    ['that nobody confirmed', 'a transfer failed', 'FAIL', 'OVERDUE_CLOSE'],
    ['that was called back', 'a transfer was cancelled', 'CANCELLED', 'MCH_CANCEL'],
  ] as const)('%s', ([title, given, state, why]) =>
    pact
      .upon(`looks up a payout ${title}`)
      .given(given, GIVEN)
      .calls(getTransferBillByOutNo, { out_bill_no: NUMBER })
      .answers({ ...SHOWN, state, fail_reason: why })
      .test(async (connection) => {
        const shown = { ...PAYOUT, standing: 'not paid', why }
        expect(await new Payouts(connection, NOTIFY_URL).look(NUMBER)).toEqual(shown)
      }),
  )

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
  test('while nobody has confirmed it', () =>
    pact
      .upon('calls back a payout that waits for the customer')
      .given('a transfer waits for its user', GIVEN)
      .calls(cancelTransfer, { out_bill_no: NUMBER })
      .answers({ state: textLike('^CANCEL(?:ING|LED)$', 'CANCELING') })
      .test(async (connection) => {
        expect(await new Payouts(connection, NOTIFY_URL).callBack(NUMBER)).toEqual({ taken: true })
      }))

  test('unless it was paid', () =>
    pact
      .upon('calls back a payout that was paid')
      .given('a transfer succeeded', GIVEN)
      .calls(cancelTransfer, { out_bill_no: NUMBER })
      .refuses('not_cancellable')
      .test(async (connection) => {
        const { message } = cancelTransfer.errors.not_cancellable
        expect(await new Payouts(connection, NOTIFY_URL).callBack(NUMBER)).toEqual({ reason: message })
      }))
})

describe('callbacks tell the shop', () => {
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

  test('of a payout once they are verified and opened', () =>
    pact
      .receives('a MCHTRANSFER.BILL.FINISHED callback')
      .given('a transfer succeeded', GIVEN)
      .with(
        { event_type: 'MCHTRANSFER.BILL.FINISHED', resource: { ...ENVELOPE, associated_data: like('mch_payment') } },
        { signed: true },
      )
      .test(async (message) => {
        const { credentials } = message
        expect(JSON.parse(receive(message, credentials))).toEqual(FINISHED)
        const forged = { ...message, body: Buffer.from('{}') }
        expect(() => receive(forged, credentials)).toThrow('not from WeChat Pay')
      }))

  test('of it once more, and it is booked once', () =>
    pact
      .receives('a MCHTRANSFER.BILL.FINISHED callback that comes again')
      .given('a transfer succeeded', GIVEN)
      .given('the same callback was delivered before')
      .with({ resource: { ...ENVELOPE, associated_data: like('mch_payment') } }, { signed: true })
      .test(async (message) => {
        const books = new Books()
        for (const _ of [1, 2]) books.take(message, message.credentials)
        expect(books.booked).toEqual([{ ...PAYOUT, standing: 'paid', account: '1900000001' }])
      }))

  test.for([
    ['was paid', 'a transfer succeeded', 'SUCCESS', 'paid', {}],
    ['was not paid', 'a transfer failed', 'FAIL', 'not paid', { fail_reason: 'OVERDUE_CLOSE' }],
  ] as const)('that a payout %s', ([title, given, state, standing, more]) =>
    pact
      .receives(`the plaintext of MCHTRANSFER.BILL.FINISHED for a payout that ${title}`)
      .given(given, GIVEN)
      .with({ ...SHOWN, mchid: '1900000001', state, ...more })
      .test(async ({ body }) => {
        const [why] = Object.values(more)
        expect(finished(Buffer.from(body).toString())).toEqual({ ...PAYOUT, standing, why, account: '1900000001' })
      }),
  )

  test.for([
    ['agreed', 'CONFIRMED', 'TAKING_EFFECT', 'a user lets a merchant transfer without confirming'],
    ['does so no longer', 'CLOSED', 'CLOSED', 'a user no longer lets a merchant transfer without confirming'],
  ] as const)('that a customer %s', ([title, event, state, given]) =>
    pact
      .receives(`the plaintext of MCHTRANSFER.AUTHORIZATION.${event} for a customer who ${title}`)
      .given(given, { out_authorization_no: 'AUTH1', openid: CUSTOMER })
      .with({
        out_authorization_no: 'AUTH1',
        openid: CUSTOMER,
        state,
        authorize_time: time(),
        ...(state === 'CLOSED' && { close_info: { close_reason: like('USER_CLOSE'), close_time: time() } }),
      })
      .test(async ({ body }) => {
        expect(agreement(Buffer.from(body).toString())).toEqual({
          number: 'AUTH1',
          openid: CUSTOMER,
          agreed: state === 'TAKING_EFFECT',
        })
      }),
  )
})
