import { describe, expect } from 'vitest'
import {
  cancelTransfer,
  closeUserConfirmAuthorization,
  getTransferBillByNo,
  getTransferBillByOutNo,
  getUserConfirmAuthorization,
  initiateBatchTransfer,
  queryElecsignByNo,
  queryElecsignByOutNo,
  transferToUser,
} from '../../../src/products/operations.ts'
import { test } from '../../helpers/world.ts'
import { refused, wanted } from './transfers.ts'

/** Each member of a call is checked by test/operations/field-checks.test.ts; here is what its schema does not say. */

const withoutType = { headers: { 'Content-Type': undefined } }

test('a field given twice counts as it was given last', async ({ merchant, control }) => {
  const body = JSON.stringify(wanted()).replace('{', '{"transfer_amount":30,"appid":"",')

  expect(await merchant.request({ target: transferToUser.path, body })).toMatchObject({ status: 200 })
  expect(await control.transfer('T1')).toMatchObject({ transfer_amount: 1_000, appid: 'wx0000000000000001' })
})

test.for<[notify_url: string, taken: boolean]>([
  ['http://shop.example.com/notify', false],
  ['http://127.0.0.1:8080/notify', true],
  ['http://localhost/notify', true],
  ['https://shop.example.com', true],
])('notify_url may be %s: %s', async ([notify_url, taken], { merchant }) => {
  expect(await merchant.call(transferToUser, wanted({ notify_url }))).toMatchObject(
    taken ? { status: 200 } : refused(400, 'PARAM_ERROR', '请求参数错误'),
  )
})

test.for([
  { operation: cancelTransfer, named: 'T1', answer: { state: 'CANCELING' } },
  { operation: closeUserConfirmAuthorization, named: 'A1', answer: { state: 'CLOSED' } },
] as const)(
  '$operation.id needs no body, and takes no members',
  async ({ operation, named, answer }, { merchant, control }) => {
    const target = operation.path.replace(/\{\w+\}/, named)
    const post = (body: string, more: object = {}) => merchant.request({ method: 'POST', target, body, ...more })
    expect(await post('{"out_bill_no":"T2"}')).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
    expect(await post('not json')).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } })
    for (const body of ['', '{}', 'null']) {
      await control.addTransfer({ out_bill_no: 'T1' })
      await control.addTransferAuthorization({ out_authorization_no: 'A1' })

      expect(await post(body, withoutType)).toMatchObject({ body: answer })
      expect(await post(body)).toMatchObject({ body: answer })
    }
  },
)

test('initiateBatchTransfer refuses before it looks at a body', async ({ merchant }) => {
  for (const body of ['', '{}', '{"out_bill_no":"T2"}', 'null', 'not json']) {
    const answer = await merchant.request({ method: 'POST', target: initiateBatchTransfer.path, body })
    expect(answer).toMatchObject({ body: { code: 'NO_AUTH' } })
  }
})

test('a body where none belongs is signed, and not looked at', async ({ merchant, control }) => {
  await control.addTransfer({ out_bill_no: 'T1' })
  const request = { method: 'GET', target: getTransferBillByOutNo.path.replace(/\{\w+\}/, 'T1') }
  const body = { out_bill_no: 'T2' }

  expect(await merchant.request({ ...request, body })).toMatchObject({ status: 200, body: { out_bill_no: 'T1' } })
  expect(await merchant.request({ ...request, body, signInstead: { body: new Uint8Array() } })).toMatchObject({
    status: 401,
    body: { message: '错误的签名，验签失败' },
  })
})

describe.for([
  { operation: getTransferBillByOutNo, name: 'out_bill_no' },
  { operation: getTransferBillByNo, name: 'transfer_bill_no' },
  { operation: cancelTransfer, name: 'out_bill_no' },
  { operation: queryElecsignByOutNo, name: 'out_bill_no' },
  { operation: queryElecsignByNo, name: 'transfer_bill_no' },
  { operation: getUserConfirmAuthorization, name: 'out_authorization_no' },
  { operation: closeUserConfirmAuthorization, name: 'out_authorization_no' },
] as const)('$name in the path of $operation.id', ({ operation, name }) => {
  test('may be percent-encoded, and is told from one in other letters', async ({ merchant, control }) => {
    if (name === 'out_authorization_no') await control.addTransferAuthorization({ [name]: 'Ab1' })
    else await control.addTransfer({ [name]: 'Ab1', state: operation === cancelTransfer ? undefined : 'SUCCESS' })
    const send = async (written: string) => {
      const target = operation.path.replace(`{${name}}`, written)
      return (await merchant.request({ method: operation.method, target })).status
    }
    // Nobody has applied for a receipt.
    const found = operation === queryElecsignByOutNo || operation === queryElecsignByNo ? 404 : 200

    expect([await send('%41b%31'), await send('Ab1')]).toEqual([found, found])
    for (const other of ['ab1', 'AB1', '%61b1', 'Ab', 'Ab11']) expect(await send(other)).toBe(404)
  })
})
