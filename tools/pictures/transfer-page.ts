import type { Page } from 'playwright-core'
import type { MockControl } from '../../src/mock-control.ts'

type TransferJson = Parameters<MockControl['addTransfer']>[0]

/** The page on which transfers are confirmed, in each of its states, with a separate transfer for each picture. */

const OPENID = 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'

/** A commission of five yuan. */
const COMMISSION = {
  transfer_scene_id: '1005',
  transfer_amount: 500,
  transfer_remark: '订单 MCH_102233445 返佣',
  openid: OPENID,
  transfer_scene_report_infos: [
    { info_type: '岗位类型', info_content: '推广员' },
    { info_type: '报酬说明', info_content: '推广订单返佣' },
  ],
}

const RED_PACKET: TransferJson = {
  transfer_scene_id: '1000',
  transfer_amount: 888,
  transfer_remark: '双十一现金红包',
  user_recv_style: 'RED_PACKET',
  openid: OPENID,
  transfer_scene_report_infos: [
    { info_type: '活动名称', info_content: '双十一会员日' },
    { info_type: '奖励说明', info_content: '会员抽奖二等奖' },
  ],
}

const AUTHORIZATION = {
  out_authorization_no: 'AUTHORIZATION2',
  user_display_name: '推广员张三',
  authorization_notify_url: 'https://shop.example.com/authorized',
}

const addressOf = (mchId: string, appId: string, package_info = '') =>
  `/_mock/transfer-page?${new URLSearchParams({ mchId, appId, package: package_info })}`

/** The address of the page of a new commission, or of another transfer. */
export async function pageOfTransfer(control: MockControl, transfer: TransferJson = {}): Promise<string> {
  const { mchid, appid, out_bill_no } = await control.addTransfer({ ...COMMISSION, ...transfer })
  const { package_info } = await control.transfer(out_bill_no, { mchid })
  return addressOf(mchid, appid, package_info)
}

/** The same for an authorization. */
async function pageOfAuthorization(control: MockControl): Promise<string> {
  const { out_authorization_no } = await control.addTransferAuthorization({
    authorize_time: null,
    transfer_scene_id: '1005',
    user_display_name: '推广员张三',
  })
  const { mchid, appid, package_info } = await control.transferAuthorization(out_authorization_no)
  return addressOf(mchid, appid, package_info)
}

/** The page of a transfer that was confirmed elsewhere in the meantime. */
async function pageThatIsOver(control: MockControl): Promise<string> {
  const { mchid, appid, out_bill_no } = await control.addTransfer(COMMISSION)
  const { package_info } = await control.transfer(out_bill_no)
  await control.confirmTransfer(out_bill_no)
  return addressOf(mchid, appid, package_info)
}

const confirmed = (outcome: string) => async (page: Page) => {
  await page.locator('select').selectOption(outcome)
  await page.locator('.actions button').first().click()
  await page.locator('.sign').waitFor()
}

const view = 'transfer-page'
const commission = (control: MockControl) => pageOfTransfer(control)

export const scenesOfTransferPage = [
  { view, state: 'asked', address: commission },
  { view, state: 'red-packet', address: (control: MockControl) => pageOfTransfer(control, RED_PACKET) },
  {
    view,
    state: 'with-authorization',
    address: (control: MockControl) =>
      pageOfTransfer(control, { transfer_amount: 12_345_678, authorization: AUTHORIZATION }),
  },
  { view, state: 'authorization', address: pageOfAuthorization },
  { view, state: 'arrived', address: commission, act: confirmed('SUCCESS') },
  { view, state: 'failed', address: commission, act: confirmed('ACCOUNT_FROZEN') },
  {
    view,
    state: 'under-way',
    address: commission,
    prepare: (control: MockControl) => control.changeSettings({ transfer_takes: 60 }),
    act: confirmed(''),
    restore: (control: MockControl) => control.changeSettings({ transfer_takes: 0 }),
  },
  {
    view,
    state: 'left',
    address: commission,
    act: (page: Page) => page.locator('.actions button').last().click(),
  },
  {
    view,
    state: 'other-phone',
    address: async (control: MockControl) => `${await pageOfTransfer(control)}&openId=oSomebodyElse`,
  },
  { view, state: 'over', address: pageThatIsOver },
  { view, state: 'nothing', address: '/_mock/transfer-page' },
  { view, state: 'token', mock: 'guarded', address: addressOf('1900000001', 'wx0000000000000001', 'ABBQO') },
] as const
