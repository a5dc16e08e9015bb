import type { Transfer } from '../../../src/products/transfer/transfers.ts'

/** 12:00 in China. */
export const NOON = Date.parse('2026-11-25T12:00:00+08:00')

const DAY = 86_400_000

/** A transfer of ten yuan that waits for its user, with changes. It runs out a day after it was created. */
export function aTransfer(changes: Partial<Transfer> = {}): Transfer {
  const { create_time = NOON, out_bill_no = 'T1' } = changes
  return {
    mchid: '1900000001',
    out_bill_no,
    transfer_bill_no: `1330${out_bill_no}`,
    appid: 'wx0000000000000001',
    openid: 'oUser',
    transfer_scene_id: '1000',
    transfer_amount: 1_000,
    transfer_remark: '新会员有礼',
    user_recv_perception: '活动奖励',
    transfer_scene_report_infos: [],
    user_recv_style: 'CONFIRM_PAGE',
    create_time,
    lock_time: create_time,
    expire_time: create_time + DAY,
    request: [],
    ...changes,
  }
}
