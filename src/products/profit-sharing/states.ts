import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import {
  callIn,
  defineState,
  type Given,
  type Scene,
  type StateInRecordings,
  type StateParameters,
} from '../../control/provider-states/state.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { fenOf } from '../common/explain.ts'
import type { orders, payment } from '../payment/index.ts'
import type { ProfitSharingCalls } from './control-calls.ts'
import { createSharing, unfreezeOrder } from './operations.ts'
import type { sharingReceivers } from './receivers.ts'
import type { routes } from './routes.ts'
import { resultOf, type sharingOrders } from './sharing-orders.ts'

type Control = ControlOf<
  readonly [
    typeof payment,
    {
      readonly tables: readonly [typeof orders, typeof sharingReceivers, typeof sharingOrders]
      readonly routes: typeof routes
      readonly calls: () => Promise<ProfitSharingCalls>
    },
  ]
>

type Recorded<Name extends PropertyKey> = StateInRecordings<
  { readonly [One in Name]: string },
  ExchangeJsonOf<typeof sharingReceivers | typeof sharingOrders>['before']
>

/** A state, set up by a control that has the calls of payment and profit sharing. */
const state = <Parameters extends StateParameters>(
  parameters: Parameters,
  setUp: (parameters: Given<Parameters>, scene: Scene<Control>) => Promise<unknown>,
  recorded?: Recorded<keyof Parameters>,
) => defineState(parameters, setUp, recorded)

/** A receiver of the orders that the caller placed for `sub_mchid`, or of its own; amounts in fen. */
const RECEIVER = { sub_mchid: '', type: 'MERCHANT_ID', account: '1900000110' } as const
const UNFREEZING = {
  sub_mchid: '',
  transaction_id: '4200002157202601051234567890',
  out_order_no: 'P20150806125346',
} as const
const SHARE = { ...UNFREEZING, ...RECEIVER, amount: '1000' } as const

const ofPartner = (sub_mchid: string) => (sub_mchid === '' ? {} : { sub_mchid })

/** Adds an order that waits to be shared, unless there is one with the number. */
async function haveOrder(
  { transaction_id, sub_mchid }: Pick<Given<typeof SHARE>, 'transaction_id' | 'sub_mchid'>,
  { control }: Scene<Control>,
): Promise<void> {
  const { orders } = await control.world()
  if (orders.some((one) => one.transaction_id === transaction_id)) return
  await control.addOrder({ transaction_id, profit_sharing: true, ...ofPartner(sub_mchid) })
}

const addReceiver = (
  { sub_mchid: mchid, type, account, name }: Given<typeof RECEIVER> & { readonly name: string },
  { control }: Scene<Control>,
) =>
  control.addSharingReceiver({
    // The call says which types there are.
    type: type as 'MERCHANT_ID',
    account,
    ...(mchid !== '' && { mchid }),
    ...(name !== '' && { name }),
  })

const MINUTE_MS = 60_000

/** A share with one receiver, who has had its result for a minute, or gets it in a minute. */
const shareThat = (result: ReturnType<typeof resultOf>, thing: Texts) =>
  state(
    SHARE,
    async (given, scene) => {
      const { sub_mchid, transaction_id, out_order_no, type, account, amount } = given
      const { control } = scene
      await haveOrder(given, scene)
      await addReceiver({ ...given, name: '' }, scene)
      const now = Date.parse((await control.clock()).now)
      const create_time = formatInstant(now - 2 * MINUTE_MS)
      const { mchid } = await control.credentials()
      const world = await control.world()
      const order = world.orders.find((one) => one.transaction_id === transaction_id)
      const share: (typeof world.sharing_orders)[number] = {
        mchid,
        ...ofPartner(sub_mchid),
        out_order_no,
        order_id: '30002107252026010512345678901',
        transaction_id,
        out_trade_no: order?.out_trade_no ?? '',
        unfreezes: 'nothing',
        receivers: [
          {
            type: type as 'MERCHANT_ID',
            account,
            amount: fenOf({ amount }),
            description: DESCRIPTION,
            detail_id: '36002107252026010512345678901',
            finish_time: formatInstant(result === 'PENDING' ? now + MINUTE_MS : now - MINUTE_MS),
            ...(result === 'CLOSED' && { fail_reason: 'ACCOUNT_ABNORMAL' as const }),
          },
        ],
        create_time,
        request: [],
      }
      const sharing = {
        shared: result === 'CLOSED' ? 0 : fenOf({ amount }),
        kept: 0,
        failing: [],
        requests: 1,
        request_time: create_time,
      }
      // Only the whole world takes a share.
      await control.restore({
        ...world,
        orders: world.orders.map((one) => (one === order ? { ...one, sharing } : one)),
        sharing_orders: [...world.sharing_orders, share],
      })
    },
    {
      found: ({ mchid, at, before }) =>
        before.sharing_orders
          .filter((one) => one.mchid === mchid && one.unfreezes === 'nothing')
          .flatMap(({ sub_mchid, transaction_id, out_order_no, receivers: [part, another] }) => {
            if (!part || another || resultOf({ ...part, finish_time: Date.parse(part.finish_time) }, at) !== result)
              return []
            const { type, account, amount } = part
            return [
              { ...(sub_mchid && { sub_mchid }), transaction_id, out_order_no, type, account, amount: String(amount) },
            ]
          }),
      things: () => [thing],
    },
  )

const DESCRIPTION = '分给供应商'

/** The states of contracts that are about shares. */
export const states = {
  'a receiver of shares was added': state({ ...RECEIVER, name: '' }, addReceiver, {
    found: ({ mchid, before }) =>
      before.sharing_receivers.map(({ mchid: payer, type, account, name }) => ({
        ...(payer !== mchid && { sub_mchid: payer }),
        type,
        account,
        ...(name !== undefined && { name }),
      })),
    things: () => [{ en: 'a receiver that was added', zh: '已添加的接收方' }],
  }),
  'a share is processing': shareThat('PENDING', { en: 'a share that is processing', zh: '处理中的分账单' }),
  'a share is finished': shareThat('SUCCESS', { en: 'a share that is finished', zh: '分账完成的分账单' }),
  'a share failed': shareThat('CLOSED', { en: 'a share that failed', zh: '分账失败的分账单' }),

  'a share request was made': state(SHARE, async (given, scene) => {
    const { sub_mchid, transaction_id, out_order_no, type, account, amount } = given
    await haveOrder(given, scene)
    const { sharing_receivers } = await scene.control.world()
    if (!sharing_receivers.some((one) => one.account === account)) await addReceiver({ ...given, name: '' }, scene)
    await callIn(scene, createSharing, {
      ...ofPartner(sub_mchid),
      appid: 'wx1234567889999',
      transaction_id,
      out_order_no,
      receivers: [{ type, account, amount: fenOf({ amount }), description: DESCRIPTION }],
      unfreeze_unsplit: false,
    })
  }),
  'an unfreeze request was made': state(UNFREEZING, async (given, scene) => {
    const { sub_mchid, transaction_id, out_order_no } = given
    await haveOrder(given, scene)
    await callIn(scene, unfreezeOrder, {
      ...ofPartner(sub_mchid),
      transaction_id,
      out_order_no,
      description: '解冻全部剩余资金',
    })
  }),
} as const

type States = typeof states

/** A name for the type, which declarations mention instead of every member. */
export interface ProfitSharingStates extends States {}
