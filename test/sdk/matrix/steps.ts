import { createPublicKey } from 'node:crypto'
import { expect } from 'vitest'
import { PRODUCT_PLAYS } from './product-steps.ts'
import type { Outcome } from './program.ts'
import type { Step } from './sdk.ts'
import { lastCallback, type Play, type Stage, statusIn } from './stage.ts'
import { TRANSFER_PLAYS } from './transfer-steps.ts'

const APPID = 'wx1234567889999'
const STOCK = '100088'
/** A batch whose sent coupons are worth more than 32 bits can hold, in fen. */
const LARGE_STOCK = '100099'
const WORTH = { sent: 900_000_000, each: 10_000 }
const ORDER = 'MCH_102233445'
const UNPAID = 'ORDER_UNPAID'
const PAID = 'ORDER_PAID'
const REFUNDED = 'ORDER_REFUNDED'
/** Is linked, unlinked and redeemed. */
const COUPON = 'sxxe34343434'
const LINKED = 'COUPON_LINKED'
const USED = 'COUPON_USED'
const TAMPERED = 'COUPON_TAMPERED'

export const COUPONS = [
  { stock_id: STOCK, coupon_code: COUPON },
  { stock_id: STOCK, coupon_code: LINKED, associate_out_trade_no: ORDER },
  { stock_id: STOCK, coupon_code: USED, state: 'USED' },
  { stock_id: STOCK, coupon_code: TAMPERED },
] as const

const link = (coupon_code: string) => ({
  stock_id: STOCK,
  coupon_code,
  out_trade_no: ORDER,
  out_request_no: `LINK_${coupon_code}`,
})

function coupon({ control, credentials: { mchid } }: Stage, code = COUPON) {
  return control.coupon(STOCK, code, { mchid })
}

/** Expects the answer's time to be that of the change. */
async function expectChange(outcome: Outcome, stage: Stage, event: string, member: string): Promise<void> {
  const { history } = await coupon(stage)
  const last = history.at(-1)
  expect(last?.event).toBe(event)
  expect(outcome).toEqual({ answer: expect.objectContaining({ [member]: expect.any(String) }) })
  // Answers have whole seconds.
  const changed = Math.floor(Date.parse(last?.time ?? '') / 1_000)
  expect(Date.parse(String(outcome.answer?.[member])) / 1_000).toBe(changed)
}

export const PLAYS: Readonly<Record<Step, Play>> = {
  ...TRANSFER_PLAYS,
  ...PRODUCT_PLAYS,
  associate: {
    title: 'links a coupon to an order',
    play: ({ program }) => program.take('associate', link(COUPON)),
    async check(outcome, stage) {
      expect((await coupon(stage)).associate_out_trade_no).toBe(ORDER)
      await expectChange(outcome, stage, 'associated', 'wechatpay_associate_time')
    },
  },
  query: {
    title: "reads a user's coupon, and the order that it is linked to",
    async play(stage) {
      const { openid } = await coupon(stage, LINKED)
      return stage.program.take('query', { openid, coupon_code: LINKED, appid: APPID })
    },
    async check(outcome) {
      const linked = { coupon_state: 'SENDED', associate_out_trade_no: ORDER, stock_id: STOCK, coupon_code: LINKED }
      expect(outcome).toEqual({ answer: expect.objectContaining(linked) })
    },
  },
  disassociate: {
    title: 'takes the link back',
    play: ({ program }) => program.take('disassociate', { ...link(COUPON), out_request_no: 'UNLINK' }),
    async check(outcome, stage) {
      expect((await coupon(stage)).associate_out_trade_no).toBeUndefined()
      await expectChange(outcome, stage, 'disassociated', 'wechatpay_disassociate_time')
    },
  },
  use: {
    title: 'redeems a coupon',
    async play(stage) {
      const { openid } = await coupon(stage)
      return stage.program.take('use', {
        stock_id: STOCK,
        coupon_code: COUPON,
        appid: APPID,
        openid,
        use_time: new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
        use_request_no: 'USE',
      })
    },
    async check(outcome, stage) {
      expect((await coupon(stage)).state).toBe('USED')
      await expectChange(outcome, stage, 'used', 'wechatpay_use_time')
    },
  },
  stock: {
    title: 'reads a batch with numbers that 32 bits do not hold',
    async play({ control, credentials: { mchid }, program }) {
      await control.addStock({
        mchid,
        stock_id: LARGE_STOCK,
        coupon_use_rule: { fixed_normal_coupon: { discount_amount: WORTH.each, transaction_minimum: WORTH.each } },
        sent: { total: WORTH.sent },
      })
      return program.take('stock', { stock_id: LARGE_STOCK })
    },
    async check(outcome) {
      const sent = { total_send_num: WORTH.sent, total_send_amount: WORTH.sent * WORTH.each }
      expect(outcome).toEqual({
        answer: expect.objectContaining({ send_count_information: expect.objectContaining(sent) }),
      })
    },
  },
  patch: {
    title: 'changes a batch, which is answered with 204 and nothing else',
    play: ({ program }) => program.take('patch', { stock_id: STOCK, comment: '换了备注', out_request_no: 'PATCH' }),
    async check(outcome, { control, credentials: { mchid } }) {
      expect((await control.stock(STOCK, { mchid })).comment).toBe('换了备注')
      expect(outcome).toEqual({ answer: {} })
    },
  },
  order: {
    title: 'reads an unpaid order, which lacks most members',
    async play({ control, credentials: { mchid }, program }) {
      await control.addOrder({ mchid, out_trade_no: UNPAID, state: 'NOTPAY' })
      return program.take('order', { mchid, out_trade_no: UNPAID })
    },
    async check(outcome) {
      const unpaid = { out_trade_no: UNPAID, trade_state: 'NOTPAY' }
      expect(outcome).toEqual({ answer: expect.objectContaining(unpaid) })
    },
  },
  close: {
    title: 'closes an order, which is answered with 204 and nothing else',
    play: ({ credentials: { mchid }, program }) => program.take('close', { mchid, out_trade_no: UNPAID }),
    async check(outcome, { control, credentials: { mchid } }) {
      expect((await control.order(UNPAID, { mchid })).state).toBe('CLOSED')
      expect(outcome).toEqual({ answer: {} })
    },
  },
  refund: {
    title: 'refunds a part of an order',
    async play({ control, credentials: { mchid }, program }) {
      await control.addOrder({ mchid, out_trade_no: REFUNDED, total: 100 })
      return program.take('refund', {
        out_trade_no: REFUNDED,
        out_refund_no: 'REFUND',
        amount: { refund: 30, total: 100, currency: 'CNY' },
      })
    },
    async check(outcome, { control, credentials: { mchid } }) {
      const { refunds } = await control.order(REFUNDED, { mchid })
      expect(refunds).toMatchObject([{ out_refund_no: 'REFUND', refund: 30, status: 'PROCESSING' }])
      const answer = { refund_id: refunds[0]?.refund_id, out_refund_no: 'REFUND', status: 'PROCESSING' }
      expect(outcome).toEqual({ answer: expect.objectContaining(answer) })
    },
  },
  error: {
    title: 'hands code and message of an error answer to its caller',
    play: ({ program }) => program.take('associate', link(USED)),
    async check(outcome, stage) {
      const refusal = { code: 'INVALID_REQUEST', message: '券状态非可用态' }
      expect(outcome).toEqual({ refused: expect.objectContaining({ ...statusIn(stage, 400), ...refusal }) })
      expect((await coupon(stage, USED)).associate_out_trade_no).toBeUndefined()
    },
  },
  tampered: {
    title: 'rejects an answer that was changed after it was signed',
    async play({ control, credentials: { mchid }, program }) {
      await control.planFault({
        operation: 'associateTradeInfo',
        effect: 'tampered_body',
        mchid,
        coupon_code: TAMPERED,
      })
      return program.take('associate', link(TAMPERED))
    },
    async check(outcome, stage) {
      await expectTampered(stage)
      expect(outcome).toEqual({ failed: expect.stringMatching(stage.sdk.rejection) })
    },
  },
  certificates: {
    title: 'downloads the platform certificates, verifies the answer and decrypts them',
    play: ({ program }) => program.take('certificates', {}),
    async check(outcome, stage) {
      const { credentials, keys } = stage
      if (keys === 'public-key') {
        const refusal = { ...statusIn(stage, 404), code: 'RESOURCE_NOT_EXISTS' }
        expect(outcome).toEqual({ refused: expect.objectContaining(refusal) })
        return
      }
      const certificates = credentials.platform_certificates.map(({ serial_no, certificate }) => ({
        serial_no,
        public_key: createPublicKey(certificate).export({ type: 'spki', format: 'der' }).toString('base64'),
      }))
      expect(certificates).not.toEqual([])
      expect(outcome).toEqual({ answer: { certificates } })
    },
  },
  callback: {
    title: 'verifies and decrypts a callback, and rejects one that was changed',
    async play(stage) {
      const { headers, body } = await nextCallback(stage)
      return stage.program.take('callback', { headers, body })
    },
    async check(outcome, stage) {
      const resource = { event_type: 'EVENT_TYPE_BUSICOUPON_SEND', coupon_code: COUPON }
      expect(outcome).toEqual({ answer: expect.objectContaining(resource) })

      const { headers, body } = await nextCallback(stage)
      const changed = await stage.program.take('callback', {
        headers,
        body: body.replace('"summary":"', '"summary":"~'),
      })
      expect(changed).toEqual({ failed: expect.any(String) })
    },
  },
  paid: {
    title: "verifies a payment's callback, and reads it with its own model where it has one",
    async play({ control, credentials: { mchid }, program, receiver }) {
      const notify_url = `${receiver.url}/${mchid}/paid`
      await control.addOrder({ mchid, out_trade_no: PAID, state: 'NOTPAY', notify_url })
      await control.payOrder(PAID, {}, { mchid })
      await control.deliverNotifications({ mchid })
      const { headers, body } = lastCallback(receiver, notify_url)
      return program.take('paid', { headers, body })
    },
    async check(outcome, { control, credentials: { mchid } }) {
      const { transaction_id } = await control.order(PAID, { mchid })
      const paid = { out_trade_no: PAID, transaction_id, trade_state: 'SUCCESS' }
      expect(outcome).toEqual({ answer: expect.objectContaining(paid) })
    },
  },
}

/** Expects that the call took effect, and was answered with 200 and a body that was changed. */
export async function expectTampered(stage: Stage): Promise<void> {
  const { mchid } = stage.credentials
  const exchanges = await stage.control.journal({ mchid, coupon_code: TAMPERED })
  expect(exchanges).toMatchObject([
    {
      response: { status: 200 },
      remarks: [{ about: 'fault', text: expect.stringContaining('changed after it was signed') }],
    },
  ])
  expect((await coupon(stage, TAMPERED)).associate_out_trade_no).toBe(ORDER)
}

async function nextCallback({ control, credentials, receiver }: Stage) {
  const { mchid } = credentials
  const url = `${receiver.url}/${mchid}`
  await control.sendNotification({ event_type: 'COUPON.SEND', mchid, url, resource: { coupon_code: COUPON } })
  return lastCallback(receiver, url)
}
