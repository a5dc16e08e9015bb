import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { type Receiver, startReceiver } from '../../helpers/receiver.ts'
import { launchAtBaseUrl } from './launch.ts'
import { Program } from './program.ts'
import { type ProxiedMock, startProxiedMock } from './proxied-mock.ts'
import { KEYS, titleOf } from './sdk.ts'
import { sdks } from './sdks.ts'

const notRun = inject('notRun')
let mock: ProxiedMock
let receiver: Receiver

beforeAll(async () => {
  mock = await startProxiedMock()
  receiver = await startReceiver(204)
})
afterAll(() => Promise.all([mock?.close(), receiver?.close()]))

/** The SDKs that transfer money: by calls of their own, or by their core, which signs, encrypts and verifies any call. */
const TRANSFERRING: Readonly<Record<string, 'calls of its own' | 'its core'>> = {
  wechatpayv3: 'calls of its own',
  'wechatpayv3-1': 'calls of its own',
  gopay: 'calls of its own',
  'wechatpay-go': 'its core',
  'wechatpay-axios-plugin': 'its core',
}

const OPENID = 'oUser00000000000000000000001'
const wanted = (changes: object) => ({
  appid: 'wx0000000000000001',
  transfer_scene_id: '1005',
  openid: OPENID,
  transfer_amount: 500,
  transfer_remark: '订单返佣',
  user_name: '张三',
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
  ...changes,
})

describe.concurrent('a real SDK, unmodified, transfers money', () => {
  for (const sdk of sdks.filter(({ id }) => id in TRANSFERRING)) {
    for (const keys of KEYS) {
      const title = `${titleOf(sdk)}, with the ${keys}, by ${TRANSFERRING[sdk.id]}`
      const missing = notRun[sdk.id]
      test.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, async () => {
        const { control } = mock
        const credentials = await control.createMerchant({ key_mode: keys })
        const { mchid } = credentials
        const notify_url = `${receiver.url}/${mchid}`
        await using program = new Program(launchAtBaseUrl(sdk, sdk.program, credentials))

        const created = await program.take('transfer', wanted({ out_bill_no: 'FY1', notify_url }))
        expect(created).toEqual({
          answer: expect.objectContaining({
            out_bill_no: 'FY1',
            state: 'WAIT_USER_CONFIRM',
            package_info: expect.stringMatching(/^ABBQO/),
          }),
        })
        // The name came through encryption as it was.
        expect(await control.transfer('FY1', { mchid })).toMatchObject({ user_name: '张三', transfer_amount: 500 })

        await control.confirmTransfer('FY1', { openid: OPENID }, { mchid })
        await control.deliverNotifications({ mchid })
        const told = receiver.received.findLast(({ target }) => notify_url.endsWith(target))
        const callback = { headers: Object.fromEntries(told?.headers ?? []), body: told?.body ?? '' }
        expect(await program.take('transfer_told', callback)).toEqual({
          answer: expect.objectContaining({ out_bill_no: 'FY1', state: 'SUCCESS', transfer_amount: 500 }),
        })
        const changed = { ...callback, body: callback.body.replace('"summary":"', '"summary":"~') }
        expect(await program.take('transfer_told', changed)).toEqual({ failed: expect.any(String) })
        expect(await program.take('transfer_query', { out_bill_no: 'FY1' })).toEqual({
          answer: expect.objectContaining({ out_bill_no: 'FY1', state: 'SUCCESS' }),
        })

        await program.take('transfer', wanted({ out_bill_no: 'FY2', notify_url }))
        expect(await program.take('transfer_cancel', { out_bill_no: 'FY2' })).toEqual({
          answer: expect.objectContaining({ out_bill_no: 'FY2', state: 'CANCELING' }),
        })
        expect(await program.take('transfer_cancel', { out_bill_no: 'FY1' })).toEqual({
          refused: expect.objectContaining({ code: 'INVALID_REQUEST', message: '单号错误，请检查' }),
        })
        const unknown = wanted({ out_bill_no: 'FY3', notify_url, transfer_scene_id: '9999' })
        expect(await program.take('transfer', unknown)).toEqual({
          refused: expect.objectContaining({ code: 'INVALID_REQUEST', message: '你尚未获取该转账场景' }),
        })
      })
    }
  }
})
