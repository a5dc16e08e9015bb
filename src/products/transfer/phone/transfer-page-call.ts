import { z } from 'zod'
import { defineCall } from '../../../control/call.ts'
import { mchid, time } from '../../../engine/state/json-fields.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import { exactTime } from '../../../protocol/instant.ts'
import { showAuthorization, shownAuthorization } from '../authorizations/shown.ts'
import { transferAuthorizations } from '../authorizations/table.ts'
import type { PackageSubject } from '../bills/package-info.ts'
import { shownTransfer, showTransfer } from '../bills/shown.ts'
import { transfers } from '../bills/table.ts'
import { type Authorization, answerableUntil } from '../rules/authorization.ts'
import { type Bill, pageOpensUntil } from '../rules/bill.ts'
import { SCENES } from '../rules/scene.ts'
import {
  NUMBERS,
  openAuthorizationPage,
  openBillPage,
  openedBy,
  pageError,
  pageMembers,
  pageRefusals,
} from './open-page.ts'

const openedPage = z
  .strictObject({
    merchant: z.strictObject({ mchid: z.string(), name: z.string().optional() }),
    scene: z.string().meta({ description: 'name of the scene (转账场景)' }),
    now: time.meta({ description: "by the mock's clock" }),
    open_until: time.optional().meta({ description: 'left out once the user has confirmed' }),
    transfer: shownTransfer.optional(),
    authorization: shownAuthorization.optional(),
  })
  .meta({ id: 'OpenedTransferPage', description: 'what the page shows: a transfer, or an authorization by itself' })

export type OpenedPage = z.output<typeof openedPage>

export const openTransferPage = defineCall({
  summary: 'Open the page on the phone with what wx.requestMerchantTransfer takes, and look at what it shows',
  body: z.strictObject({
    mchid: mchid.meta({ description: 'the mchId that the page is opened with' }),
    appid: pageMembers.appid.unwrap().meta({ description: 'the appId that the page is opened with' }),
    package_info: pageMembers.package_info.unwrap().meta({ description: 'what the page is opened with' }),
    openid: pageMembers.openid,
  }),
  answer: openedPage,
  refusals: {
    ...pageRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
    MOCK_AUTHORIZATION_STATE: { status: 409, when: 'the authorization is in effect already, or closed' },
  },
  handle({ body }, { mock }) {
    return mock.inTurn(async (tx, now) => {
      const found = await findSubject(body, tx)
      const { mchid, sceneId } = found.bill ?? found.authorization
      const name = mock.merchants.find(mchid)?.name
      return {
        merchant: { mchid, ...(name !== undefined && { name }) },
        scene: SCENES[sceneId]?.name ?? sceneId,
        now: exactTime(now),
        ...(found.bill ? openBill(found.bill, body, now) : openAuthorization(found.authorization, body, now)),
      }
    })
  },
})

type Opened = Parameters<typeof openBillPage>[1]

function openBill(bill: Bill, given: Opened, now: number) {
  openBillPage(bill, given, now)
  const until = pageOpensUntil(bill)
  return { transfer: showTransfer(bill, now), ...(until !== undefined && { open_until: exactTime(until) }) }
}

function openAuthorization(one: Authorization, given: Opened, now: number) {
  openAuthorizationPage(one, given, now)
  return { authorization: showAuthorization(one, now), open_until: exactTime(answerableUntil(one)) }
}

type Found =
  | { readonly bill: Bill; readonly authorization?: never }
  | { readonly authorization: Authorization; readonly bill?: never }

/** What a `package_info` was issued for, if it is the named merchant's. */
async function findSubject(
  given: { readonly mchid: string; readonly package_info: string },
  tx: Transaction,
): Promise<Found> {
  const { kind, number } = openedBy(given.package_info)
  if (kind === 'bill')
    return { bill: ofMerchant(await tx.in(transfers).where('transferBillNo', number), { kind, number }, given) }
  const all = await tx.in(transferAuthorizations).where('authorizationId', number)
  return { authorization: ofMerchant(all, { kind, number }, given) }
}

function ofMerchant<Row extends { readonly mchid: string }>(
  all: readonly Row[],
  { kind, number }: PackageSubject,
  { mchid }: { readonly mchid: string },
): Row {
  const own = all.find((one) => one.mchid === mchid)
  if (own) return own
  const [other] = all
  if (other) {
    throw pageError(
      {
        en: `this package_info is that of merchant ${other.mchid}, not of ${mchid}. Open the page with the mchId that created it.`,
        zh: `该 package_info 属于商户 ${other.mchid}，不属于 ${mchid}，mchId 应为发起方的商户号。`,
      },
      '/mchid',
    )
  }
  throw pageError({
    en: `this mock has no ${kind === 'bill' ? 'transfer' : 'authorization'} with the ${NUMBERS[kind].en} ${number}: it was reset, or the package_info is that of another mock. Create another one.`,
    zh: `本模拟服务中没有${NUMBERS[kind].zh} ${number}：可能已重置，或该 package_info 来自另一个模拟服务。请另发起一笔。`,
  })
}
