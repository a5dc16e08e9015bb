import { z } from 'zod'
import { defineAddCalls } from '../../../control/add-calls.ts'
import { defineCall } from '../../../control/call.ts'
import { mchidQuery } from '../../../control/calls/queries.ts'
import { ownOrOnly } from '../../../control/find-for-merchant.ts'
import { putIntoOutbox } from '../../../engine/callbacks/notify.ts'
import type { Mock } from '../../../engine/mock.ts'
import type { Transaction } from '../../../engine/state/store.ts'
import type { RowDefaults } from '../../../engine/state/table.ts'
import { UsageError } from '../../../protocol/errors.ts'
import { type Authorization, agree, closeAuthorization } from '../authorization-rules.ts'
import { notWaiting, openAuthorizationPage, pageMembers, pageRefusals } from '../confirm-page-calls.ts'
import { explainAuthorization } from '../explain.ts'
import { authorizationNotification } from './events.ts'
import { showAuthorization, shownAuthorization } from './shown.ts'
import {
  type AuthorizationJson,
  authorizationJson,
  type CompletedAuthorization,
  closeReason,
  completeAuthorization,
  completedAuthorization,
  describeAuthorization,
  transferAuthorizations,
} from './table.ts'

const params = z.object({
  out_authorization_no: z.string().meta({ description: "the merchant's number of the authorization" }),
})

const refusals = {
  MOCK_AUTHORIZATION_UNKNOWN: { status: 404, when: 'there is no such authorization' },
  MOCK_AMBIGUOUS: 'several merchants have such an authorization, and the well-known one has not: give ?mchid=',
} as const

const stateRefusal = (when: string) => ({ MOCK_AUTHORIZATION_STATE: { status: 409, when } }) as const

export const transferAuthorization = defineCall({
  summary: 'Look at an authorization (免确认收款授权) as it stands now',
  params,
  query: mchidQuery,
  answer: shownAuthorization,
  refusals,
  handle: ({ params, query }, { mock }) =>
    withAuthorization(mock, params.out_authorization_no, query.mchid, async (found, _, now) =>
      showAuthorization(found, now),
    ),
})

export const confirmTransferAuthorization = defineCall({
  summary: "Agree to an authorization, as the user's phone does; the merchant is told",
  params,
  query: mchidQuery,
  body: z.strictObject(pageMembers),
  bodyOptional: true,
  answer: shownAuthorization,
  refusals: { ...refusals, ...pageRefusals, ...stateRefusal('it is in effect already, or closed') },
  handle: ({ params, query, body }, { mock }) =>
    withAuthorization(mock, params.out_authorization_no, query.mchid, async (found, tx, now) => {
      openAuthorizationPage(found, body, now)
      const decision = agree(found, now)
      if (!decision.ok) throw notWaiting(found, now)
      await keepAndTell(tx, decision.value, mock, now)
      return showAuthorization(decision.value, now)
    }),
})

export const closeTransferAuthorization = defineCall({
  summary: 'Close an authorization, as the user does on the phone, or WeChat Pay; the merchant is told',
  params,
  query: mchidQuery,
  body: z.strictObject({ close_reason: closeReason.optional().meta({ description: 'USER_CLOSE if left out' }) }),
  bodyOptional: true,
  answer: shownAuthorization,
  refusals: { ...refusals, ...stateRefusal('it is closed already') },
  handle: ({ params, query, body }, { mock }) =>
    withAuthorization(mock, params.out_authorization_no, query.mchid, async (found, tx, now) => {
      const closed = closeAuthorization(found, body.close_reason ?? 'USER_CLOSE', now)
      if (closed === found) throw alreadyClosed(found, now)
      await keepAndTell(tx, closed, mock, now)
      return showAuthorization(closed, now)
    }),
})

export const { one: addTransferAuthorization, many: addTransferAuthorizations } = defineAddCalls({
  summary: 'Add an authorization or a list of them; one with the same number is replaced',
  json: authorizationJson,
  made: completedAuthorization,
  add,
})

async function add(tx: Transaction, json: AuthorizationJson, defaults: RowDefaults): Promise<CompletedAuthorization> {
  const made = completeAuthorization(json, defaults)
  await tx.in(transferAuthorizations).save(made)
  return describeAuthorization(made)
}

async function keepAndTell(tx: Transaction, one: Authorization, { ids, settings }: Mock, now: number): Promise<void> {
  await tx.in(transferAuthorizations).save(one)
  await putIntoOutbox(tx, authorizationNotification(one, now, settings), { now, ids })
}

function alreadyClosed(one: Authorization, now: number): UsageError {
  const { en, zh } = explainAuthorization(one, now)
  return new UsageError('MOCK_AUTHORIZATION_STATE', {
    en: `Nothing is left to close: ${en}. Ask for another one.`,
    zh: `无需再次关闭：${zh}。请另发起一个授权。`,
  })
}

function withAuthorization<Result>(
  mock: Mock,
  outAuthorizationNo: string,
  mchid: string | undefined,
  work: (one: Authorization, tx: Transaction, now: number) => Promise<Result>,
): Promise<Result> {
  return mock.inTurn(async (tx, now) => {
    const found = await ownOrOnly(
      {
        find: (owner) => tx.in(transferAuthorizations).find(owner, outAuthorizationNo),
        all: () => tx.in(transferAuthorizations).where('outAuthorizationNo', outAuthorizationNo),
        ownerOf: (one) => one.mchid,
        name: { en: `authorization ${outAuthorizationNo}`, zh: `授权 ${outAuthorizationNo}` },
        unknown: {
          code: 'MOCK_AUTHORIZATION_UNKNOWN',
          path: '/path/out_authorization_no',
          advice: {
            en: 'ask for it with a call, or add it with POST /_mock/transfer-authorizations',
            zh: '请先调用接口发起授权，或用 POST /_mock/transfer-authorizations 添加',
          },
        },
      },
      mchid,
      mock.defaultMerchant.mchid,
    )
    return work(found, tx, now)
  })
}
