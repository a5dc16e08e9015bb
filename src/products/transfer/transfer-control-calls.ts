import { z } from 'zod'
import { defineAddCalls, defineCall } from '../../control/call.ts'
import { pageOf, pageQuery } from '../../control/formats/page.ts'
import { field, transition } from '../../control/life.ts'
import { readPage } from '../../control/read-page.ts'
import { rowCalls, type Turn } from '../../control/row-calls.ts'
import { putIntoOutbox } from '../../engine/callbacks/notifications.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { UsageError } from '../../wire/protocol/errors.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { standingAuthorizations } from './authorization-calls.ts'
import {
  type Authorization,
  authorizationNotification,
  MOST_STANDING,
  transferAuthorizations,
} from './authorizations.ts'
import { ERR_MSG } from './confirm-page.ts'
import { openPage, pageClosed, pageMembers, pageRefusals } from './confirm-page-calls.ts'
import { explainTransfer } from './explain.ts'
import { FAIL_REASON_MEANINGS, withMeaning } from './meanings.ts'
import { authorizationIdOf } from './numbers.ts'
import { objectionToArrival } from './place-transfer.ts'
import { transferSettings } from './settings.ts'
import { type Arrival, cancel, confirm, fail, stateAt } from './transfer-rules.ts'
import { addTransfer as keepAdded, keepTransfer, shownTransfer, showTransfer, transfers } from './transfer-store.ts'
import {
  completeTransfer,
  failReason,
  givenTransfer,
  transfer as row,
  TRANSFER_STATES,
  type Transfer,
  UNCONFIRMED,
} from './transfers.ts'

/** The calls that name a transfer. */
export const aboutTransfer = rowCalls(transfers, {
  one: { en: 'transfer', zh: '转账单' },
  key: 'out_bill_no',
  shown: shownTransfer,
  show: showTransfer,
  keep: keepTransfer,
})

/** The error if a transfer has gone too far for what is asked of it. */
function tooLate(found: Transfer, now: number, said: Texts, advice: Texts): UsageError {
  const { en, zh } = explainTransfer(found, now)
  return new UsageError('MOCK_TRANSFER_STATE', {
    en: `${said.en}: ${en}. ${advice.en}`,
    zh: `${said.zh}：${zh}。${advice.zh}`,
  })
}

const listedTransfers = defineCall({
  summary: 'Look for transfers: the newest first, page by page',
  query: pageQuery.extend({
    mchid: mchid.optional().describe('whose; any if left out'),
    state: z.enum(TRANSFER_STATES).optional(),
  }),
  answer: pageOf(shownTransfer).meta({ id: 'TransferPage' }),
  async handle({ query: { mchid, state, text, ...page } }, { mock, left }) {
    const now = mock.clock.now()
    const wanted = text?.toLowerCase()
    const isFiltered = state !== undefined || wanted !== undefined
    const fits = (one: Transfer) =>
      (state === undefined || stateAt(one, now) === state) && (wanted === undefined || hasText(one, wanted))
    const { items, ...rest } = await readPage(mock, transfers, {
      owner: mchid,
      ...(isFiltered && { fits }),
      ...page,
      left,
    })
    return { ...rest, items: items.map((one) => showTransfer(one, now)) }
  },
})

export { listedTransfers as transfers }

function hasText({ out_bill_no, transfer_bill_no, openid, transfer_remark }: Transfer, wanted: string): boolean {
  return [out_bill_no, transfer_bill_no, openid, transfer_remark].some((one) => one.toLowerCase().includes(wanted))
}

export const transfer = aboutTransfer.look

export const callOffTransfer = aboutTransfer.change({
  summary: 'Call off a transfer that nobody has confirmed, as the merchant does with a call',
  transitions: [
    transition('cancelled', 'call', UNCONFIRMED, 'CANCELING', {
      title: { en: 'Cancel', zh: '撤销' },
      happened: { en: 'Cancelled', zh: '已撤销' },
      done: { en: 'The cancel was taken. The money comes back in a moment.', zh: '撤销已受理，资金稍后退回。' },
    }),
  ],
  refusals: {
    MOCK_TRANSFER_STATE: { status: 409, when: 'the user has confirmed the transfer, or it has come to its end' },
  },
  apply(found, { now, settings }) {
    const decision = cancel(found, { at: now, takesMs: transferSettings.transferCancelTakes.of(settings) * 1_000 })
    if (decision.ok) return decision.value
    const said = { en: 'It can no longer be cancelled', zh: '已不能撤销' }
    throw tooLate(found, now, said, {
      en: 'Create another one, and cancel it before it is confirmed.',
      zh: '请另发起一笔，并在用户确认之前撤销。',
    })
  },
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
      .describe('what the client is called back with: that the page was shown, not that money has moved'),
    transfer: shownTransfer,
  })
  .meta({ id: 'ConfirmedTransfer' })

const onPhone = {
  bodyOptional: true,
  answer: pageAnswer,
  refusals: {
    ...pageRefusals,
    MOCK_TRANSFER_STATE: { status: 409, when: 'the page does not open for a transfer in this state' },
  },
} as const

export const confirmTransfer = aboutTransfer.about({
  ...onPhone,
  summary: "Confirm a transfer, as the user's phone does; the merchant is told at its notify_url",
  transitions: [
    transition('confirmed', 'user', ['WAIT_USER_CONFIRM'], 'TRANSFERING', {
      title: { en: 'Confirm', zh: '确认收款' },
      happened: { en: 'User confirmed', zh: '用户已确认' },
      done: { en: 'The user has confirmed the transfer.', zh: '用户已确认收款。' },
    }),
    transition('arrived', 'time', ['TRANSFERING'], 'SUCCESS', {
      title: { en: 'Money arrives', zh: '到账' },
      happened: { en: 'Money arrived', zh: '已到账' },
      button: { en: 'Complete it', zh: '立即到账' },
      body: { outcome: 'SUCCESS' },
      done: { en: 'The money has arrived.', zh: '已到账。' },
    }),
  ],
  body: z.strictObject({
    ...pageMembers,
    outcome: z
      .enum(['SUCCESS', ...failReason.options])
      .optional()
      .describe(
        'SUCCESS, or why the money cannot arrive; if left out, what is known of the user and the limits decide',
      ),
    authorize: z
      .boolean()
      .optional()
      .describe('whether the user agrees to the authorization (免确认收款授权) asked for; yes if left out'),
  }),
  async handle(found, { body, ...turn }) {
    const { tx, now, settings } = turn
    openPage(found, body, now)
    const { outcome, authorize = true } = body
    const decision = confirm(found, {
      at: now,
      takesMs: transferSettings.transferTakes.of(settings) * 1_000,
      arrival:
        outcome === undefined ? await arrivalOf(found, turn) : outcome === 'SUCCESS' ? {} : { fail_reason: outcome },
    })
    if (!decision.ok) throw pageClosed(decision.reason, found, now)
    const kept = await keepTransfer(tx, decision.value, turn)
    // A second confirmation only completes the transfer.
    if (authorize && found.end === undefined && kept.end?.fail_reason === undefined) await keepAgreement(kept, turn)
    return { err_msg: ERR_MSG.ok, transfer: showTransfer(kept, now) }
  },
})

/** How the user and the limits let it end; left as it is once that is decided. */
async function arrivalOf(found: Transfer, turn: Turn): Promise<Arrival | undefined> {
  return found.end ? undefined : { fail_reason: await objectionToArrival(turn.tx, found, turn) }
}

/** Keeps the authorization that was asked for with a transfer, unless the user has given one meanwhile, or its number was used. */
async function keepAgreement(
  { authorization: wanted, mchid, appid, openid, transfer_scene_id, user_recv_perception, create_time }: Transfer,
  { tx, now, ids, settings }: Turn,
): Promise<void> {
  if (!wanted) return
  if (await tx.in(transferAuthorizations).find(mchid, wanted.out_authorization_no)) return
  const standing = await standingAuthorizations(tx, { mchid, openid, transfer_scene_id }, now)
  if (standing.length >= MOST_STANDING) return
  const made: Authorization = {
    mchid,
    ...wanted,
    authorization_id: authorizationIdOf(ids, now),
    appid,
    openid,
    transfer_scene_id,
    user_recv_perception,
    create_time,
    authorize_time: now,
    request: [],
  }
  await tx.in(transferAuthorizations).save(made)
  await putIntoOutbox(tx, authorizationNotification(made, now, settings), { now, ids })
}

export const dismissTransfer = aboutTransfer.about({
  ...onPhone,
  summary: 'Open the page of a transfer on the phone and close it again, which changes nothing',
  body: z.strictObject(pageMembers),
  handle(found, { body, now }) {
    openPage(found, body, now)
    return { err_msg: ERR_MSG.cancel, transfer: showTransfer(found, now) }
  },
})

export const failTransfer = aboutTransfer.change({
  summary: 'Let a transfer fail for a reason of WeChat Pay, confirmed or not; the merchant is told at its notify_url',
  transitions: [
    transition('failed', 'hand', [...UNCONFIRMED, 'TRANSFERING'], 'FAIL', {
      title: { en: 'Fail', zh: '失败' },
      happened: { en: 'Failed', zh: '转账失败' },
      fields: [
        field('fail_reason', 'Reason', '失败原因', {
          placeholder: withMeaning('TRANSFER_RISK', FAIL_REASON_MEANINGS),
          options: FAIL_REASON_MEANINGS,
        }),
      ],
      done: { en: 'The transfer has failed.', zh: '转账已失败。' },
    }),
  ],
  body: z.strictObject({ fail_reason: failReason.optional().describe('TRANSFER_RISK if left out') }),
  bodyOptional: true,
  refusals: {
    MOCK_TRANSFER_STATE: { status: 409, when: 'the transfer was cancelled, or has come to its end' },
  },
  apply(found, { body, now }) {
    const decision = fail(found, body.fail_reason ?? 'TRANSFER_RISK', now)
    if (decision.ok) return decision.value
    const said = { en: 'It cannot fail any more', zh: '已不能再失败' }
    throw tooLate(found, now, said, { en: 'Create another one.', zh: '请另发起一笔。' })
  },
})
