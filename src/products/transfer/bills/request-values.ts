import type { z } from 'zod'
import type { Bill } from '../rules/bill.ts'
import { SCENES } from '../rules/scene.ts'
import { BILL_STYLE } from '../spellings.ts'
import type { billMembers } from './schemas.ts'

/** What every way of transferring is asked with. */
export type BillBody = z.output<z.ZodObject<typeof billMembers>> & {
  readonly user_recv_style?: { readonly type?: (typeof BILL_STYLE)[keyof typeof BILL_STYLE] | undefined } | undefined
}

/**
 * The values that a repeated number has to bring again. A name is another ciphertext each time, and what is reported has no order.
 *
 * @param named what else a call brings, and what tells the ways of transferring apart, which share their numbers
 */
export function requestValues(
  named: Readonly<Record<string, unknown>>,
  { user_name: _, ...body }: BillBody,
  userName: string | undefined,
): string[] {
  const infos = body.transfer_scene_report_infos?.toSorted((a, b) => (a.info_type < b.info_type ? -1 : 1))
  const told = { ...body, ...(infos && { transfer_scene_report_infos: infos }) }
  return [named, told, { user_name: userName }].map((members) =>
    JSON.stringify(Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)))),
  )
}

/**
 * The values of a transfer that no call made, such as one of a seed file: those that make it, of which a call may leave out what it leaves out
 * of its own.
 */
export function valuesThatMake(bill: Bill, { user_recv_perception, user_recv_style }: BillBody): string[] {
  const { style, perception, sceneId, notifyUrl } = bill
  const isUsualStyle = style === 'confirm_page' && user_recv_style?.type === undefined
  const isUsualPerception = perception === SCENES[sceneId]?.perceptions[0] && user_recv_perception === undefined
  const body: BillBody = {
    appid: bill.appid,
    out_bill_no: bill.outBillNo,
    transfer_scene_id: sceneId,
    transfer_amount: bill.amountFen,
    transfer_remark: bill.remark,
    ...(notifyUrl !== undefined && { notify_url: notifyUrl }),
    ...(!isUsualPerception && { user_recv_perception: perception }),
    transfer_scene_report_infos: bill.reports.map(({ type, content }) => ({ info_type: type, info_content: content })),
    user_recv_style: isUsualStyle ? user_recv_style : { type: BILL_STYLE[style] },
  }
  return requestValues({ call: 'transferToUser', openid: bill.openid }, body, bill.userName)
}
