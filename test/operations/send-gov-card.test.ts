import { describe, expect } from 'vitest'
import { sendGovCard } from '../../src/products/operations.ts'
import { test, transports } from '../helpers/world.ts'

const request = (changes: Record<string, unknown> = {}) => ({
  card_id: 'pIJMr5MMiIkO_93VtPyIiEk2DZ4w',
  appid: 'wxc0b84a53ed8e8d29',
  openid: 'obLatjhnqgy2syxrXVM3MJirbkdI',
  out_request_no: '152688203333431201',
  send_time: '2026-11-25T12:00:00+08:00',
  ...changes,
})

const CARD = { status: 200, body: { card_code: expect.stringMatching(/^[1-9]\d{11}$/) } }
const PAST = { status: 400, body: { code: 'PARAM_ERROR', message: '请求参数错误' } }

describe.for(transports)('sending a consumption card over %s', (transport) => {
  test.override('transport', transport)

  test('gives a code, and sends no coupon', async ({ merchant, control }) => {
    expect(await merchant.call(sendGovCard, request())).toEqual(CARD)
    expect((await control.world()).coupons).toEqual([])
  })

  test('gives the same code for the same number and time, however the time is written', async ({ merchant }) => {
    const first = await merchant.call(sendGovCard, request())

    expect(await merchant.call(sendGovCard, request())).toEqual(first)
    expect(await merchant.call(sendGovCard, request({ send_time: '2026-11-25T04:00:00.000Z' }))).toEqual(first)
  })

  test('gives another code for another number, or another time', async ({ merchant }) => {
    const answers = [
      await merchant.call(sendGovCard, request()),
      await merchant.call(sendGovCard, request({ out_request_no: 'R-2' })),
      await merchant.call(sendGovCard, request({ send_time: '2026-11-25T12:00:01+08:00' })),
    ]

    expect(new Set(answers.map(({ body }) => JSON.stringify(body)))).toHaveLength(3)
  })

  test.for([{ card_id: 'pOther' }, { appid: 'wx2' }, { openid: 'oOther' }])(
    'is refused for the same number and time with %j',
    async (change, { merchant }) => {
      await merchant.call(sendGovCard, request())

      expect(await merchant.call(sendGovCard, request(change))).toEqual({
        status: 400,
        body: { code: 'INVALID_REQUEST', message: '请求单号已被使用，且请求参数与之前不一致' },
      })
    },
  )

  test('takes a time up to 24 hours back, and any that is still to come', async ({ merchant }) => {
    expect(await merchant.call(sendGovCard, request({ send_time: '2026-11-24T12:00:00+08:00' }))).toEqual(CARD)
    expect(await merchant.call(sendGovCard, request({ send_time: '2026-11-24T11:59:59.999+08:00' }))).toEqual(PAST)
    expect(await merchant.call(sendGovCard, request({ send_time: '2027-11-25T12:00:00+08:00' }))).toEqual(CARD)
  })

  test('a repeat is refused too when its time is too far back', async ({ merchant, control }) => {
    const first = await merchant.call(sendGovCard, request())

    await control.advance('PT24H')
    expect(await merchant.call(sendGovCard, request())).toEqual(first)
    await control.advance('PT1S')
    expect(await merchant.call(sendGovCard, request())).toEqual(PAST)
  })
})
