import { createHash } from 'node:crypto'
import { describe, expect } from 'vitest'
import {
  acceptElecsignByNo,
  acceptElecsignByOutNo,
  downloadTransferReceipt,
  downloadTransferReceiptElsewhere,
  queryElecsignByNo,
  queryElecsignByOutNo,
} from '../../../src/products/operations.ts'
import { tokenFor } from '../../../src/products/transfer/receipts.ts'
import { test } from '../../helpers/world.ts'
import { refused } from './transfers.ts'

const done = (changes: object = {}) => ({ out_bill_no: 'T1', user_name: '张三', state: 'SUCCESS' as const, ...changes })
const GENERATING = { state: 'GENERATING', create_time: '2026-11-25T12:00:00+08:00' }
const NOT_FOUND = refused(404, 'NOT_FOUND', '记录不存在')

const frozen = test.extend('frozen', { auto: true }, ({ mock }) => mock.clock.freeze())

describe('a receipt', () => {
  frozen('is the same by either number', async ({ merchant, control }) => {
    const { transfer_bill_no } = await control.addTransfer(done())
    expect(await merchant.call(acceptElecsignByNo, { transfer_bill_no })).toEqual({ status: 200, body: GENERATING })
    await control.advance(3)
    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toEqual({ status: 200, body: GENERATING })
    await control.advance(2)
    const looks = [
      await merchant.call(queryElecsignByNo, { transfer_bill_no }),
      await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' }),
    ]
    for (const { body } of looks) {
      expect(body).toMatchObject({
        state: 'FINISHED',
        update_time: '2026-11-25T12:00:05+08:00',
        hash_value: Object(looks[0]?.body).hash_value,
      })
    }
  })

  frozen.for<[what: string, transfer: object, message: string]>([
    ['was created without a name', { user_name: undefined }, '转账时未传入收款用户姓名，不支持申请电子回单'],
    ['waits for its user', { state: 'WAIT_USER_CONFIRM' }, '转账单据未成功，不支持申请电子回单'],
    ['has failed', { state: 'FAIL' }, '转账单据未成功，不支持申请电子回单'],
    ['is 180 days old', { create_time: '2026-05-29T12:00:00+08:00' }, '转账单据已超过180天，不支持申请电子回单'],
    ['does not exist', { out_bill_no: 'T2' }, '转账单据不存在'],
    ["is another merchant's", { mchid: '1900000102' }, '转账单据不存在'],
  ])('is refused for a transfer that %s', async ([, transfer, message], { merchant, control }) => {
    const { transfer_bill_no, out_bill_no } = await control.addTransfer(done(transfer))

    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toEqual(
      refused(400, 'INVALID_REQUEST', message),
    )
    expect(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })).toEqual(NOT_FOUND)
    if (out_bill_no === 'T1') {
      expect(await merchant.call(acceptElecsignByNo, { transfer_bill_no })).toMatchObject({ status: 400 })
      expect(await merchant.call(queryElecsignByNo, { transfer_bill_no })).toEqual(NOT_FOUND)
    }
  })

  frozen('is there for a transfer of less than 180 days', async ({ merchant, control }) => {
    await control.addTransfer(done({ create_time: '2026-05-29T12:00:01+08:00' }))

    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toMatchObject({ status: 200 })
  })

  frozen('may fail though it was applied for', async ({ merchant, control }) => {
    await control.addTransfer(done())
    await expect(control.settleTransferReceipt('T1')).rejects.toMatchObject({ code: 'MOCK_RECEIPT_STATE' })
    await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })
    await control.settleTransferReceipt('T1', { fail_reason: '转账单据不存在' })

    expect(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })).toEqual({
      status: 200,
      body: {
        state: 'FAILED',
        create_time: '2026-11-25T12:00:00+08:00',
        update_time: '2026-11-25T12:00:00+08:00',
        fail_reason: '转账单据不存在',
      },
    })
    await expect(control.settleTransferReceipt('T1')).rejects.toMatchObject({ code: 'MOCK_RECEIPT_STATE' })
  })

  frozen('is kept for 90 days, and can then be applied for again', async ({ merchant, control }) => {
    await control.addTransfer(done())
    await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })
    await control.advance('P89DT23H59M59S')
    expect(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })).toMatchObject({ status: 200 })
    await control.advance(1)
    expect(await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })).toEqual(NOT_FOUND)
    expect(await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })).toEqual({
      status: 200,
      body: { state: 'GENERATING', create_time: '2027-02-23T12:00:00+08:00' },
    })
  })
})

describe('the file of a receipt', () => {
  const withToken = frozen.extend('token', async ({ merchant, control }) => {
    await control.addTransfer(done())
    await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })
    await control.advance(5)
    const { body } = await merchant.call(queryElecsignByOutNo, { out_bill_no: 'T1' })
    return new URL(Object(body).download_url).searchParams.get('token') ?? ''
  })

  withToken('is the same at both paths, and not signed', async ({ merchant, token }) => {
    const [one, other] = [
      await merchant.call(downloadTransferReceipt, { source: 'elecsign', token }),
      await merchant.call(downloadTransferReceiptElsewhere, { token }),
    ]
    expect(one).toEqual(other)
    expect(Buffer.from(one.body as Uint8Array).toString('latin1')).toMatch(/^%PDF-1\.4[\s\S]*%%EOF\n$/)
  })

  withToken('is there for ten minutes from when the address was given', async ({ merchant, control, token }) => {
    await control.setClock({ now: '2026-11-25T12:10:04.999+08:00' })
    expect(await merchant.call(downloadTransferReceipt, { token })).toMatchObject({ status: 200 })
    await control.setClock({ now: '2026-11-25T12:10:05+08:00' })
    expect(await merchant.call(downloadTransferReceipt, { token })).toEqual(
      refused(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新查询电子回单'),
    )
  })

  withToken('has the name and the amount in it', async ({ merchant, token }) => {
    const { body } = await merchant.call(downloadTransferReceipt, { token })
    const text = [
      ...Buffer.from(body as Uint8Array)
        .toString('latin1')
        .matchAll(/<([0-9a-f]+)> Tj/g),
    ]
      .map(([, hex = '']) => Buffer.from(hex, 'hex').swap16().toString('utf16le'))
      .join('\n')

    expect(text).toContain('收款用户：张三')
    expect(text).toContain('转账金额：10.00 元')
  })

  withToken(
    'is for its merchant only, and with a token that was issued',
    async ({ token, clientOf, others, merchant }) => {
      const dead = refused(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新查询电子回单')
      const stranger = await clientOf(others.owner)

      expect(await stranger.call(downloadTransferReceipt, { token })).toEqual(dead)
      for (const changed of [
        `x${token}`,
        token.slice(0, -2),
        'x',
        `.${token}`,
        `${Buffer.from('{}').toString('base64url')}.x`,
      ]) {
        expect(await merchant.call(downloadTransferReceipt, { token: changed })).toEqual(dead)
      }
    },
  )

  frozen.for<[what: string, state: 'SUCCESS' | 'FAIL', isApplied: boolean]>([
    ['that failed', 'FAIL', false],
    ['that nobody applied for', 'SUCCESS', false],
    ['that is still being made', 'SUCCESS', true],
  ])(
    'is not there for a transfer %s, whatever token is made up',
    async ([, state, isApplied], { merchant, control }) => {
      const transfer = await control.addTransfer(done({ state }))
      if (isApplied) await merchant.call(acceptElecsignByOutNo, { out_bill_no: 'T1' })

      expect(
        await merchant.call(downloadTransferReceipt, {
          token: tokenFor(transfer, Date.parse('2026-11-25T12:00:00+08:00')),
        }),
      ).toEqual(refused(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新查询电子回单'))
    },
  )

  withToken.for<[what: string, said: string]>([
    ['nothing', ''],
    ['text', 'not JSON'],
    ['a number', '5'],
    ['a list', '["1900000001","T1",253402271999999]'],
    ['too little', '1900000001/T1'],
    ['too much', '1900000001/T1/253402271999999/1'],
    ['no instant', '1900000001/T1/now'],
    ['an instant beyond time', '1900000001/T1/9999999999999999'],
    ['no transfer', '1900000001/T2/253402271999999'],
  ])('does not come for a token that somebody made up of %s', async ([, said], { merchant, control }) => {
    const digest = createHash('sha256').update(`receipt of a transfer: ${said}`).digest('base64url')
    const token = `${Buffer.from(said).toString('base64url')}.${digest}`

    expect(await merchant.call(downloadTransferReceipt, { token })).toMatchObject({ status: 400 })
    const [exchange] = await control.journal()
    // The dashboard reads it too.
    expect(await control.exchangeThings(exchange?.id ?? '')).toEqual(expect.any(Array))
  })

  withToken('comes for a token as it was given only', async ({ merchant, token }) => {
    for (const changed of [`${token}.x`, `=${token}`, token.replace('.', '=.'), token.replace('.', ' .')]) {
      expect(await merchant.call(downloadTransferReceipt, { token: changed })).toMatchObject({ status: 400 })
    }
  })
})
