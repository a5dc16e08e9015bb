import { z } from 'zod'
import { defineAddCalls } from '../../control/add-calls.ts'
import { defineCall } from '../../control/call.ts'
import { mchidQuery } from '../../control/calls/queries.ts'
import { ownOrOnly } from '../../control/find-for-merchant.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { readPage } from '../../control/read-page.ts'
import { putIntoOutbox } from '../../engine/callbacks/notify.ts'
import type { Mock } from '../../engine/mock.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { UsageError } from '../../protocol/errors.ts'
import type { Decision } from '../../shared/decision.ts'
import type { Authorization } from './authorization-rules.ts'
import { authorizationNotification } from './authorizations/events.ts'
import { standingAuthorization } from './authorizations/find-authorization.ts'
import { transferAuthorizations } from './authorizations/table.ts'
import { ERR_MSG } from './confirm-page.ts'
import { openPage, pageClosed, pageMembers, pageRefusals } from './confirm-page-calls.ts'
import { explainTransfer } from './explain.ts'
import { authorizationIdOf } from './numbers.ts'
import { objectionToArrival } from './place-transfer.ts'
import { transferSettings } from './settings.ts'
import { type Arrival, cancel, confirm, fail, type PageRefusal, stateAt } from './transfer-rules.ts'
import {
  type KeepContext,
  addTransfer as keepAdded,
  keepTransfer,
  shownTransfer,
  showTransfer,
  transfers,
} from './transfer-store.ts'
import {
  completeTransfer,
  failReason,
  givenTransfer,
  transfer as row,
  TRANSFER_STATES,
  type Transfer,
} from './transfers.ts'

export const transferParams = z.object({
  out_bill_no: z.string().meta({ description: "the merchant's number of the transfer" }),
})

/** The refusals of any control call that names a transfer. */
export const transferRefusals = {
  MOCK_TRANSFER_UNKNOWN: { status: 404, when: 'there is no such transfer' },
  MOCK_AMBIGUOUS: 'several merchants have such a transfer, and the well-known one has not: give ?mchid=',
} as const

interface Turn extends KeepContext {
  readonly tx: Transaction
}

/**
 * Does something in one transaction and at one instant with the transfer that a call names: the named merchant's; without one the well-known
 * merchant's, else the only one.
 *
 * @throws UsageError `MOCK_TRANSFER_UNKNOWN`, `MOCK_AMBIGUOUS`
 */
export function withTransfer<Result>(
  mock: Mock,
  out_bill_no: string,
  mchid: string | undefined,
  work: (found: Transfer, turn: Turn) => Promise<Result>,
): Promise<Result> {
  return mock.inTurn(async (tx, now) => {
    const found = await ownOrOnly(
      {
        find: (owner) => tx.in(transfers).find(owner, out_bill_no),
        all: () => tx.in(transfers).where('out_bill_no', out_bill_no),
        ownerOf: (one) => one.mchid,
        name: { en: `transfer ${out_bill_no}`, zh: `转账单 ${out_bill_no}` },
        unknown: {
          code: 'MOCK_TRANSFER_UNKNOWN',
          path: '/path/out_bill_no',
          advice: {
            en: 'create it with a call, or add it with POST /_mock/transfers',
            zh: '请先调用接口发起转账，或用 POST /_mock/transfers 添加',
          },
        },
      },
      mchid,
      mock.defaultMerchant.mchid,
    )
    return work(found, { tx, now, ids: mock.ids, settings: mock.settings })
  })
}

/** A call that names a transfer, and finds or changes it. */
const aboutTransfer = { params: transferParams, query: mchidQuery, answer: shownTransfer, refusals: transferRefusals }

export const listedTransfers = defineCall({
  summary: 'Look for transfers: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().meta({ description: 'whose; any if left out' }),
    state: z.enum(TRANSFER_STATES).optional(),
  }),
  answer: pageOf(shownTransfer).meta({ id: 'TransferPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Transfer) =>
      (state === undefined || stateAt(one, now) === state) && (wanted === undefined || hasText(one, wanted))
    const { items, ...rest } = await readPage(mock, transfers, { owner: mchid, ...(isFiltered && { fits }), ...page })
    return { ...rest, items: items.map((one) => showTransfer(one, now)) }
  },
})

function hasText({ out_bill_no, transfer_bill_no, openid, transfer_remark }: Transfer, wanted: string): boolean {
  return [out_bill_no, transfer_bill_no, openid, transfer_remark].some((one) => one.toLowerCase().includes(wanted))
}

export const transfer = defineCall({
  ...aboutTransfer,
  summary: 'Look at a transfer as it stands now',
  handle: ({ params, query }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, { now }) => showTransfer(found, now)),
})

export const callOffTransfer = defineCall({
  ...aboutTransfer,
  summary: 'Call off a transfer that nobody has confirmed, as the merchant does with a call',
  refusals: {
    ...transferRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the user has confirmed the transfer, or it has come to its end' },
  },
  handle: ({ params, query }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, turn) => {
      const { tx, now, settings } = turn
      const decision = cancel(found, { at: now, takesMs: transferSettings.transferCancelTakes.of(settings) * 1_000 })
      if (!decision.ok) {
        const { en, zh } = explainTransfer(found, now)
        throw new UsageError('MOCK_TRANSFER_STATE', {
          en: `It can no longer be cancelled: ${en}. Create another one, and cancel it before it is confirmed.`,
          zh: `已不能撤销：${zh}。请另发起一笔，并在用户确认之前撤销。`,
        })
      }
      const { value } = decision
      return showTransfer(value === found ? found : await keepTransfer(tx, value, turn), now)
    }),
})

export const { one: addTransfer, many: addTransfers } = defineAddCalls({
  summary: 'Add a transfer or a list of them; one with the same number is replaced',
  json: givenTransfer,
  made: row,
  refusals: { MOCK_TRANSFER_STATE: 'a state is given beside an end, or a fail_reason without the state FAIL' },
  add: async (tx, given, defaults) => z.encode(row, await keepAdded(tx, completeTransfer(given, defaults), defaults)),
})

const pageAnswer = z
  .strictObject({
    err_msg: z
      .string()
      .meta({ description: 'what the client is called back with: that the page was shown, not that money has moved' }),
    transfer: shownTransfer,
  })
  .meta({ id: 'ConfirmedTransfer' })

const onPhone = {
  params: transferParams,
  query: mchidQuery,
  bodyOptional: true,
  answer: pageAnswer,
  refusals: {
    ...transferRefusals,
    ...pageRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
  },
} as const

export const confirmTransfer = defineCall({
  ...onPhone,
  summary: "Confirm a transfer, as the user's phone does; the merchant is told at its notify_url",
  body: z.strictObject({
    ...pageMembers,
    outcome: z
      .enum(['SUCCESS', ...failReason.options])
      .optional()
      .meta({
        description:
          'SUCCESS, or why the money cannot arrive; if left out, what is known of the user and the limits decide',
      }),
    authorize: z.boolean().optional().meta({
      description: 'whether the user agrees to the authorization (免确认收款授权) asked for; yes if left out',
    }),
  }),
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, turn) => {
      openPage(found, body, turn.now)
      const { outcome, authorize = true } = body
      const arrival = outcome && (outcome === 'SUCCESS' ? {} : { fail_reason: outcome })
      const decision = await confirmOnPhone(found, { arrival, authorize }, turn)
      if (!decision.ok) throw pageClosed(decision.reason, found, turn.now)
      return { err_msg: ERR_MSG.ok, transfer: showTransfer(decision.value, turn.now) }
    }),
})

interface Choice {
  /** How it ends; left out: as the mock finds out by itself. */
  readonly arrival?: Arrival | undefined
  /** Whether the user agrees to the authorization that the transfer asks for. */
  readonly authorize: boolean
}

/** Confirms a transfer, and keeps it with its callback, and with the authorization that the user agreed to. */
async function confirmOnPhone(
  found: Transfer,
  { arrival, authorize }: Choice,
  turn: Turn,
): Promise<Decision<Transfer, PageRefusal>> {
  const { tx, now, settings } = turn
  const decision = confirm(found, {
    at: now,
    takesMs: transferSettings.transferTakes.of(settings) * 1_000,
    arrival: arrival ?? (found.end ? undefined : { fail_reason: await objectionToArrival(tx, found, turn) }),
  })
  if (!decision.ok) return decision
  const kept = await keepTransfer(tx, decision.value, turn)
  // A second confirmation only completes the transfer.
  if (authorize && found.end === undefined && kept.end?.fail_reason === undefined) await keepAgreement(kept, turn)
  return { ok: true, value: kept }
}

/** Keeps the authorization that was asked for with a transfer, unless the user has given one meanwhile, or its number was used. */
async function keepAgreement(
  { authorization: wanted, mchid, appid, openid, transfer_scene_id, user_recv_perception, create_time }: Transfer,
  { tx, now, ids, settings }: Turn,
): Promise<void> {
  if (!wanted) return
  if (await tx.in(transferAuthorizations).find(mchid, wanted.out_authorization_no)) return
  if (await standingAuthorization(tx, { mchid, openid, sceneId: transfer_scene_id }, now)) return
  const made: Authorization = {
    mchid,
    outAuthorizationNo: wanted.out_authorization_no,
    authorizationId: authorizationIdOf(ids, now),
    appid,
    openid,
    sceneId: transfer_scene_id,
    displayName: wanted.user_display_name,
    perception: user_recv_perception,
    notifyUrl: wanted.authorization_notify_url,
    createdAt: create_time,
    authorizedAt: now,
    request: [],
  }
  await tx.in(transferAuthorizations).save(made)
  await putIntoOutbox(tx, authorizationNotification(made, now, settings), { now, ids })
}

export const dismissTransfer = defineCall({
  ...onPhone,
  summary: 'Open the page of a transfer on the phone and close it again, which changes nothing',
  body: z.strictObject(pageMembers),
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, { now }) => {
      openPage(found, body, now)
      return { err_msg: ERR_MSG.cancel, transfer: showTransfer(found, now) }
    }),
})

export const failTransfer = defineCall({
  ...aboutTransfer,
  summary: 'Let a transfer fail for a reason of WeChat Pay, confirmed or not; the merchant is told at its notify_url',
  body: z.strictObject({ fail_reason: failReason.optional().meta({ description: 'TRANSFER_RISK if left out' }) }),
  bodyOptional: true,
  refusals: {
    ...transferRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the transfer was cancelled, or has come to its end' },
  },
  handle: ({ params, query, body }, { mock }) =>
    withTransfer(mock, params.out_bill_no, query.mchid, async (found, turn) => {
      const { tx, now } = turn
      const decision = fail(found, body.fail_reason ?? 'TRANSFER_RISK', now)
      if (!decision.ok) {
        const { en, zh } = explainTransfer(found, now)
        throw new UsageError('MOCK_TRANSFER_STATE', {
          en: `It cannot fail any more: ${en}. Create another one.`,
          zh: `已不能再失败：${zh}。请另发起一笔。`,
        })
      }
      return showTransfer(await keepTransfer(tx, decision.value, turn), now)
    }),
})
