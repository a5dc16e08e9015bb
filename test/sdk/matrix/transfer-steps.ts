import { expect } from 'vitest'
import type { TransferStep } from './sdk.ts'
import { lastCallback, type Play, type Stage, statusIn } from './stage.ts'

const OPENID = 'oUser00000000000000000000001'
const NAME = '张三'
/** A transfer that is paid and read; its receipt is downloaded. */
const PAID = 'FY1'
const WAITING = 'FY2'
const AUTHORIZED = 'FY3'
const UNFUNDED = 'FY4'
const AUTHORIZATION = 'AUTH1'
const SCENE = '1005'

/** A request to pay out commission; the program encrypts the name. */
const wanted = (out_bill_no: string) => ({
  appid: 'wx0000000000000001',
  out_bill_no,
  transfer_scene_id: SCENE,
  transfer_amount: 500,
  transfer_remark: '订单返佣',
  user_name: NAME,
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
})

const wantedOf = (stage: Stage, out_bill_no: string) => ({
  ...wanted(out_bill_no),
  openid: OPENID,
  notify_url: addressOf(stage),
})

const addressOf = ({ receiver, credentials: { mchid } }: Stage): string => `${receiver.url}/${mchid}/transfer`

const callbackOf = (stage: Stage) => lastCallback(stage.receiver, addressOf(stage))

export const TRANSFER_PLAYS: Readonly<Record<TransferStep, Play>> = {
  transfer: {
    title: 'transfers money to a user, whose name it encrypts',
    play: (stage) => stage.program.take('transfer', wantedOf(stage, PAID)),
    async check(outcome, { control, credentials: { mchid } }) {
      const answer = {
        out_bill_no: PAID,
        state: 'WAIT_USER_CONFIRM',
        package_info: expect.stringMatching(/^ABBQO/),
      }
      expect(outcome).toEqual({ answer: expect.objectContaining(answer) })
      expect(await control.transfer(PAID, { mchid })).toMatchObject({ user_name: NAME, transfer_amount: 500 })
    },
  },
  told: {
    title:
      'verifies and decrypts the callback of a confirmed transfer, with its own model where it has one, and rejects one that was changed',
    async play(stage) {
      const { control, credentials, program } = stage
      const { mchid } = credentials
      await control.confirmTransfer(PAID, { openid: OPENID }, { mchid })
      await control.deliverNotifications({ mchid })
      return program.take('told', callbackOf(stage))
    },
    async check(outcome, stage) {
      const told = { out_bill_no: PAID, state: 'SUCCESS', transfer_amount: 500, openid: OPENID }
      expect(outcome).toEqual({ answer: expect.objectContaining(told) })

      const { headers, body } = callbackOf(stage)
      const changed = { headers, body: body.replace('"summary":"', '"summary":"~') }
      expect(await stage.program.take('told', changed)).toEqual({ failed: expect.any(String) })
    },
  },
  bill: {
    title: "reads a transfer by both of its numbers, and decrypts the user's name",
    play: ({ program }) => program.take('bill', { out_bill_no: PAID }),
    async check(outcome, { control, credentials: { mchid }, program }) {
      const { transfer_bill_no } = await control.transfer(PAID, { mchid })
      const paid = { out_bill_no: PAID, transfer_bill_no, state: 'SUCCESS', user_name: NAME }
      expect(outcome).toEqual({ answer: expect.objectContaining(paid) })
      expect(await program.take('bill', { transfer_bill_no })).toEqual(outcome)
    },
  },
  cancel: {
    title: 'cancels a transfer that nobody confirmed, and is refused for one that was',
    async play(stage) {
      await stage.program.take('transfer', wantedOf(stage, WAITING))
      return stage.program.take('cancel', { out_bill_no: WAITING })
    },
    async check(outcome, stage) {
      expect(outcome).toEqual({
        answer: expect.objectContaining({ out_bill_no: WAITING, state: 'CANCELING' }),
      })
      const refusal = { ...statusIn(stage, 400), code: 'INVALID_REQUEST', message: '单号错误，请检查' }
      expect(await stage.program.take('cancel', { out_bill_no: PAID })).toEqual({
        refused: expect.objectContaining(refusal),
      })
    },
  },
  receipt: {
    title: "applies for a transfer's receipt, and downloads what has the hash that it was told",
    async play({ control, credentials: { mchid }, program }) {
      const applied = await program.take('receipt_apply', { out_bill_no: PAID })
      expect(applied).toEqual({ answer: expect.objectContaining({ state: 'GENERATING' }) })
      await control.settleTransferReceipt(PAID, {}, { mchid })
      return program.take('receipt', { out_bill_no: PAID })
    },
    async check(outcome) {
      const { hash_value } = outcome.answer ?? {}
      expect(hash_value).toMatch(/^[0-9A-F]{64}$/)
      const finished = { state: 'FINISHED', hash_type: 'SHA256', downloaded: String(hash_value).toLowerCase() }
      expect(outcome).toEqual({ answer: expect.objectContaining(finished) })
    },
  },
  authorize: {
    title: 'asks a user to receive transfers without confirming each, and reads that the user agreed',
    async play(stage) {
      const { control, credentials, program } = stage
      const asked = await program.take('authorize', {
        out_authorization_no: AUTHORIZATION,
        appid: 'wx0000000000000001',
        openid: OPENID,
        transfer_scene_id: SCENE,
        user_display_name: '推广员张三',
        authorization_notify_url: addressOf(stage),
      })
      const answer = { state: 'WAIT_USER_CONFIRM', package_info: expect.stringMatching(/^ABBQO/) }
      expect(asked).toEqual({ answer: expect.objectContaining(answer) })
      await control.confirmTransferAuthorization(AUTHORIZATION, {}, { mchid: credentials.mchid })
      return program.take('authorization', { out_authorization_no: AUTHORIZATION })
    },
    async check(outcome) {
      const agreed = {
        out_authorization_no: AUTHORIZATION,
        state: 'TAKING_EFFECT',
        authorization_id: expect.stringMatching(/./),
      }
      expect(outcome).toEqual({ answer: expect.objectContaining(agreed) })
    },
  },
  authorized: {
    title: 'transfers money to that user, who has it at once',
    play: ({ program }) => program.take('authorized', { ...wanted(AUTHORIZED), out_authorization_no: AUTHORIZATION }),
    async check(outcome, { control, credentials: { mchid } }) {
      const paid = { out_bill_no: AUTHORIZED, state: 'SUCCESS', transfer_amount: 500 }
      expect(outcome).toEqual({ answer: expect.objectContaining(paid) })
      expect(await control.transfer(AUTHORIZED, { mchid })).toMatchObject({ openid: OPENID, user_name: NAME })
    },
  },
  revoke: {
    title: 'closes that authorization',
    play: ({ program }) => program.take('revoke', { out_authorization_no: AUTHORIZATION }),
    async check(outcome, { control, credentials: { mchid } }) {
      const closed = { out_authorization_no: AUTHORIZATION, state: 'CLOSED' }
      expect(outcome).toEqual({ answer: expect.objectContaining(closed) })
      expect(await control.transferAuthorization(AUTHORIZATION, { mchid })).toMatchObject({ state: 'CLOSED' })
    },
  },
  unfunded: {
    title: 'hands on that the merchant has too little money (`NOT_ENOUGH`)',
    async play(stage) {
      const { mchid } = stage.credentials
      await stage.control.changeTransferAccount({ balance: 499 }, { mchid })
      return stage.program.take('transfer', wantedOf(stage, UNFUNDED))
    },
    async check(outcome, stage) {
      const refusal = { ...statusIn(stage, 403), code: 'NOT_ENOUGH', message: expect.stringContaining('资金不足') }
      expect(outcome).toEqual({ refused: expect.objectContaining(refusal) })
      const { mchid } = stage.credentials
      expect((await stage.control.transfers({ mchid, text: UNFUNDED })).items).toEqual([])
    },
  },
}
