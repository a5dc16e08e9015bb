import { defineEvent } from '../../../engine/callbacks/event.ts'
import { ALL } from '../../../engine/state/table.ts'
import type { Bill } from '../rules/bill.ts'
import { transferSources } from '../sources.ts'
import { FINISHED, finishedResource, finishedResourceOf, SCHEDULE } from './finished-callback.ts'
import { transferBillNoOf } from './numbers.ts'
import { transfers } from './table.ts'

/** 商家转账单据终态通知: a transfer came to its end. */
export const billFinished = defineEvent<Bill>({
  ...FINISHED,
  id: 'transferBillFinished',
  label: { en: 'a transfer came to its end', zh: '转账单据终态' },
  description: 'A transfer succeeded, failed or was cancelled',
  title: '商家转账回调通知',
  source: transferSources.callbackPage.url,
  schedule: SCHEDULE,
  resource: finishedResource,
  async find(tx, mchid) {
    const [newest] = await tx.in(transfers).page('newest', ALL, { owner: mchid, limit: 1 })
    return { about: newest?.end && newest, url: newest?.notifyUrl }
  },
  sample: ({ mchid, appid, now, ids }, bill) =>
    finishedResourceOf(
      bill ?? {
        mchid,
        outBillNo: `T${ids.digits(15)}`,
        transferBillNo: transferBillNoOf(ids, mchid, now),
        appid,
        openid: `o${ids.letters(27)}`,
        sceneId: '1000',
        amountFen: 1_000,
        remark: '活动奖励',
        perception: '活动奖励',
        reports: [],
        style: 'confirm_page',
        createdAt: now,
        lockedAt: now,
        expiresAt: now,
        end: { by: 'user', at: now, settlesAt: now },
        request: [],
      },
    ),
})
