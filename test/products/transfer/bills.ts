import type { Bill } from '../../../src/products/transfer/rules/bill.ts'

/** 12:00 in China. */
export const NOON = Date.parse('2026-11-25T12:00:00+08:00')

const DAY = 86_400_000

/** A transfer of ten yuan that waits for its user, with changes. It runs out a day after it was created. */
export function aBill(changes: Partial<Bill> = {}): Bill {
  const { createdAt = NOON } = changes
  return {
    mchid: '1900000001',
    outBillNo: 'T1',
    transferBillNo: `1330${changes.outBillNo ?? 'T1'}`,
    appid: 'wx0000000000000001',
    openid: 'oUser',
    sceneId: '1000',
    amountFen: 1_000,
    remark: '新会员有礼',
    perception: '活动奖励',
    reports: [],
    style: 'confirm_page',
    createdAt,
    lockedAt: createdAt,
    expiresAt: createdAt + DAY,
    request: [],
    ...changes,
  }
}
