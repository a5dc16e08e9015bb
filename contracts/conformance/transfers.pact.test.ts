import { describe, expect, test } from 'vitest'
import { cancelTransfer, getTransferBillByOutNo, transferToUser } from '../../src/products/operations.ts'
import { like, textLike, time } from '../kit/index.ts'
import { get, post } from './client.ts'
import { exactPact } from './exact-pact.ts'

const pact = exactPact('transfers')

const NUMBER = { out_bill_no: 'plfk2020042013' } as const
const openid = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'
const BILL = { ...NUMBER, transfer_bill_no: textLike('^1330[0-9]{1,60}$', '1330001900000001260105123456789012') }
const SHOWN = {
  ...BILL,
  mch_id: '1900000001',
  openid,
  transfer_amount: 1_000,
  create_time: time(),
  update_time: time(),
}
const TRANSFER = {
  appid: 'wx1234567889999',
  ...NUMBER,
  transfer_scene_id: '1005',
  openid,
  transfer_amount: 999,
  transfer_remark: '订单返佣',
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
}
/** A request with the values that the states make a transfer with. */
const AS_GIVEN = {
  appid: 'wx0000000000000001',
  ...NUMBER,
  transfer_scene_id: '1000',
  openid,
  transfer_amount: 1_000,
  transfer_remark: '活动奖励',
  transfer_scene_report_infos: [
    { info_type: '活动名称', info_content: '测试' },
    { info_type: '奖励说明', info_content: '测试' },
  ],
}

const pathOf = ({ path }: { readonly path: string }) => path.replace('{out_bill_no}', NUMBER.out_bill_no)

describe('transfers', () => {
  test('refuse the number of another', () =>
    pact
      .upon('a request to transfer with the number of another')
      .given('a transfer waits for its user', NUMBER)
      .calls(transferToUser, TRANSFER)
      .refuses('number_reused')
      .test(async (connection) => {
        expect(await post(connection, transferToUser.path, TRANSFER)).toMatchObject({ status: 400 })
      }))

  test('refuse the number of a transfer to another user', () => {
    // The user alone differs from the values that the state makes it with.
    const toAnother = { ...AS_GIVEN, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeOTH' }
    return pact
      .upon('a request to transfer with the number of a transfer to another user')
      .given('a transfer waits for its user', NUMBER)
      .calls(transferToUser, toAnother)
      .refuses('number_reused')
      .test(async (connection) => {
        expect(await post(connection, transferToUser.path, toAnother)).toMatchObject({ status: 400 })
      })
  })

  test('are made once: not again with the number of one that succeeded', () =>
    pact
      .upon('a request to transfer again what was transferred')
      .given('a transfer succeeded', NUMBER)
      .calls(transferToUser, AS_GIVEN)
      .refuses('already_exists')
      .test(async (connection) => {
        expect(await post(connection, transferToUser.path, AS_GIVEN)).toMatchObject({ status: 400 })
      }))

  test('are those of one merchant', async () => {
    await pact
      .upon('a query of a transfer of another merchant')
      .given('a transfer waits for its user', NUMBER)
      .given('another merchant calls')
      .calls(getTransferBillByOutNo, NUMBER)
      .refuses('not_found')
      .test(async (connection) => {
        expect(await get(connection, pathOf(getTransferBillByOutNo))).toMatchObject({ status: 404 })
      })
    await pact
      .upon('a request to cancel a transfer of another merchant')
      .given('a transfer waits for its user', NUMBER)
      .given('another merchant calls')
      .calls(cancelTransfer, NUMBER)
      .refuses('not_found')
      .test(async (connection) => {
        expect(await post(connection, pathOf(cancelTransfer), {})).toMatchObject({ status: 404 })
      })
  })

  test.for([
    ['waits for its user', 'a transfer waits for its user', 'WAIT_USER_CONFIRM', {}],
    ['is under way', 'a transfer is under way', 'TRANSFERING', {}],
    ['was cancelled', 'a transfer was cancelled', 'CANCELLED', { fail_reason: 'MCH_CANCEL' }],
  ] as const)('are shown: one that %s', ([title, given, state, more]) =>
    pact
      .upon(`a query of a transfer that ${title}`)
      .given(given, NUMBER)
      .calls(getTransferBillByOutNo, NUMBER)
      .answers({ ...SHOWN, state, ...more })
      .test(async (connection) => {
        expect(await get(connection, pathOf(getTransferBillByOutNo))).toMatchObject({ data: { state, ...more } })
      }),
  )

  test('are not cancelled where there are none', () =>
    pact
      .upon('a request to cancel a transfer that was never taken')
      .calls(cancelTransfer, NUMBER)
      .refuses('not_found')
      .test(async (connection) => {
        expect(await post(connection, pathOf(cancelTransfer), {})).toMatchObject({ status: 404 })
      }))

  test('are not cancelled once they succeeded', () =>
    pact
      .upon('a request to cancel a transfer that succeeded')
      .given('a transfer succeeded', NUMBER)
      .calls(cancelTransfer, NUMBER)
      .refuses('not_cancellable')
      .test(async (connection) => {
        expect(await post(connection, pathOf(cancelTransfer), {})).toMatchObject({ status: 400 })
      }))
})

describe('callbacks', () => {
  test('tell why a transfer failed', () =>
    pact
      .receives('the plaintext of MCHTRANSFER.BILL.FINISHED of a transfer that failed')
      .given('a transfer failed', NUMBER)
      .with({ ...SHOWN, state: 'FAIL', fail_reason: 'OVERDUE_CLOSE' })
      .test(async ({ body }) => {
        expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ fail_reason: 'OVERDUE_CLOSE' })
      }))

  test.for([
    ['CONFIRMED', 'TAKING_EFFECT', 'a user lets a merchant transfer without confirming', {}],
    [
      'CLOSED',
      'CLOSED',
      'a user no longer lets a merchant transfer without confirming',
      { close_info: { close_reason: like('USER_CLOSE'), close_time: time() } },
    ],
  ] as const)('tell that an authorization is %s', ([event, state, given, more]) =>
    pact
      .receives(`the plaintext of MCHTRANSFER.AUTHORIZATION.${event}`)
      .given(given, { out_authorization_no: 'AUTH1', openid })
      .with({ out_authorization_no: 'AUTH1', openid, state, authorize_time: time(), ...more })
      .test(async ({ body }) => {
        expect(JSON.parse(Buffer.from(body).toString())).toMatchObject({ state })
      }),
  )
})
