import { z } from 'zod'
import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import { type Given, type Scene, type StateInRecordings, statesOn } from '../../control/provider-states/state.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { fenOf } from '../common/explain.ts'
import type { transferAccounts } from './accounts.ts'
import { authorization, authorizationState, type transferAuthorizations } from './authorizations.ts'
import type { TransferCalls } from './control-calls.ts'
import type { routes } from './routes.ts'
import { stateAt } from './transfer-rules.ts'
import type { transfers } from './transfer-store.ts'
import { type TransferState, transfer } from './transfers.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof transfers, typeof transferAuthorizations]
      readonly routes: typeof routes
      readonly calls: () => Promise<TransferCalls>
    },
  ]
>

type Before = ExchangeJsonOf<typeof transferAccounts | typeof transfers | typeof transferAuthorizations>['before']

type Recorded<Name extends PropertyKey> = StateInRecordings<{ readonly [One in Name]: string }, Before>

const state = statesOn<Control, Before>()

const HOUR_MS = 3_600_000

/** Amounts in fen. */
const TRANSFER = {
  out_bill_no: 'plfk2020042013',
  transfer_bill_no: '1330001900000001260105123456789012',
  openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o',
  transfer_amount: '1000',
} as const

/** A transfer of the caller in a state, which recordings know by it. */
const recordedTransfer = (wanted: TransferState, thing: Texts): Recorded<keyof typeof TRANSFER | 'fail_reason'> => ({
  found: ({ mchid, before, at }) =>
    before.transfers
      .filter((one) => one.mchid === mchid && stateAt(z.decode(transfer, one), at) === wanted)
      .map(({ out_bill_no, transfer_bill_no, openid, transfer_amount, end }) => ({
        out_bill_no,
        transfer_bill_no,
        openid,
        transfer_amount: String(transfer_amount),
        ...(end?.fail_reason !== undefined && { fail_reason: end.fail_reason }),
      })),
  things: () => [thing],
})

const transferThat = (inState: 'WAIT_USER_CONFIRM' | 'SUCCESS' | 'CANCELLED', thing: Texts) =>
  state(
    TRANSFER,
    ({ transfer_amount, ...rest }, { control }) =>
      control.addTransfer({ ...rest, transfer_amount: fenOf({ transfer_amount }), state: inState }),
    recordedTransfer(inState, thing),
  )

const AUTHORIZATION = {
  out_authorization_no: 'auth2020042013',
  openid: TRANSFER.openid,
  transfer_scene_id: '1000',
} as const

/** The call says which scenes there are. */
const authorize = (given: Given<typeof AUTHORIZATION>, { control }: Scene<Control>) =>
  control.addTransferAuthorization(given as Parameters<Control['addTransferAuthorization']>[0])

/** An authorization that the user agreed to, and that was closed since or was not. */
const recordedAuthorization = (isClosed: boolean, thing: Texts): Recorded<keyof typeof AUTHORIZATION> => ({
  found: ({ mchid, before, at }) =>
    before.transfer_authorizations
      .filter((one) => one.mchid === mchid && one.authorize_time !== null)
      .filter((one) => (authorizationState(z.decode(authorization, one), at) === 'CLOSED') === isClosed)
      .map(({ out_authorization_no, openid, transfer_scene_id }) => ({
        out_authorization_no,
        openid,
        transfer_scene_id,
      })),
  things: () => [thing],
})

/** The states of contracts that are about transfers. */
export const states = {
  'a transfer waits for its user': transferThat('WAIT_USER_CONFIRM', {
    en: 'a transfer that waits for its user',
    zh: '待用户确认的转账单',
  }),
  'a transfer is under way': state(
    TRANSFER,
    async ({ transfer_amount, ...rest }, { control }) => {
      const { now } = await control.clock()
      const end = { by: 'user', time: now, settle_time: formatInstant(Date.parse(now) + HOUR_MS) } as const
      await control.addTransfer({ ...rest, transfer_amount: fenOf({ transfer_amount }), create_time: now, end })
    },
    recordedTransfer('TRANSFERING', { en: 'a transfer that is under way', zh: '转账中的转账单' }),
  ),
  'a transfer succeeded': transferThat('SUCCESS', { en: 'a transfer that succeeded', zh: '转账成功的转账单' }),
  'a transfer failed': state(
    { ...TRANSFER, fail_reason: 'OVERDUE_CLOSE' },
    async (given, { control }) => {
      const { transfer_amount, fail_reason, ...rest } = given
      await control.addTransfer({ ...rest, transfer_amount: fenOf({ transfer_amount }) })
      // The call says which reasons there are.
      await control.failTransfer(rest.out_bill_no, { fail_reason } as Parameters<Control['failTransfer']>[1])
    },
    recordedTransfer('FAIL', { en: 'a transfer that failed', zh: '转账失败的转账单' }),
  ),
  'a transfer was cancelled': transferThat('CANCELLED', { en: 'a transfer that was cancelled', zh: '已撤销的转账单' }),
  'a merchant has money for transfers': state(
    { balance: '100000' },
    ({ balance }, { control }) => control.changeTransferAccount({ balance: fenOf({ balance }) }),
    {
      // Only all transfers tell the balance, and no call finds them: the refusal tells that nothing is left.
      found: ({ mchid, before, error }) =>
        before.transfer_accounts.flatMap(({ mchid: owner, funded }) =>
          owner === mchid && funded !== undefined ? [{ balance: error === 'not_enough' ? '0' : String(funded) }] : [],
        ),
    },
  ),
  'a user lets a merchant transfer without confirming': state(
    AUTHORIZATION,
    authorize,
    recordedAuthorization(false, { en: 'a user that need not confirm', zh: '已授权免确认收款的用户' }),
  ),
  'a user no longer lets a merchant transfer without confirming': state(
    AUTHORIZATION,
    async (authorization, scene) => {
      await authorize(authorization, scene)
      await scene.control.closeTransferAuthorization(authorization.out_authorization_no)
    },
    recordedAuthorization(true, { en: 'a user that has to confirm again', zh: '已解除免确认收款授权的用户' }),
  ),
} as const

/** A name for the type, which declarations mention instead of every member. */
export interface TransferStates extends Readonly<typeof states> {}
