import { aboutCall, type CallsFor, createCall, defineProduct, defineTable, instant, rowFaces } from 'wechatpay-mock'
import { z } from 'zod'

/** 支付分订单: a use of something that the user pays for afterwards. */
const order = z
  .strictObject({
    mchid: z.string(),
    out_order_no: z.string(),
    state: z.enum(['CREATED', 'DOING', 'REVOKED']),
    create_time: instant,
    request: z.array(z.string()).describe('the body that the same number has to bring again'),
    told: z.record(z.string(), z.unknown()).describe('the answer that its page shows'),
  })
  .meta({ id: 'ScoreOrder', description: 'a pay score order' })

const orders = defineTable({
  name: 'scoreOrders',
  title: { en: 'Pay score orders', zh: '支付分订单' },
  row: order,
  key: ['out_order_no'],
  indexes: ['out_order_no'],
  inJournal: true,
})

const answer = ({ told, ...row }: z.output<typeof order>) => ({ ...told, ...row })

const createOrder = createCall(orders, 'POST /v3/payscore/serviceorder', {
  id: 'createScoreOrder',
  refusals: { number_used: '400 INVALID_REQUEST' },
  number: 'out_order_no',
  differs: 'number_used',
  answer,
  make: async ({ body: { out_order_no } }, made, { shaped }) => ({
    ...made,
    out_order_no,
    state: 'CREATED' as const,
    told: await shaped(),
  }),
})

/** Calls about one order have in common that they refuse an unknown one. */
const aboutOne = {
  one: { en: 'pay score order', zh: '支付分订单' },
  unknown: 'not_found',
  refusals: { not_found: '404 ORDER_NOT_EXIST' },
} as const

const queryOrder = aboutCall(orders, 'GET /v3/payscore/serviceorder', {
  ...aboutOne,
  id: 'queryScoreOrder',
  number: 'out_order_no',
  handle: async (row) => answer(row),
})

const cancelOrder = aboutCall(orders, 'POST /v3/payscore/serviceorder/{out_order_no}/cancel', {
  ...aboutOne,
  id: 'cancelScoreOrder',
  refusals: { ...aboutOne.refusals, cancelled: '400 ORDER_CANCELED' },
  rules: [{ rule: 'An order that is cancelled cannot be cancelled again.', evidence: 'inferred' }],
  async handle(row, _, { tx, fail }) {
    if (row.state === 'REVOKED') return fail('cancelled')
    await tx.in(orders).save({ ...row, state: 'REVOKED' })
    return answer(row)
  },
})

const faces = rowFaces(orders, order, {
  id: 'ShownScoreOrder',
  description: 'a pay score order as it is now',
  one: { en: 'pay score order', zh: '支付分订单' },
  key: 'out_order_no',
  member: 'state',
  state: ({ state }) => state,
  stages: [
    [{ name: 'CREATED', title: { en: 'created', zh: '已创建' }, tone: 'calm' }],
    [{ name: 'DOING', title: { en: 'in use', zh: '进行中' }, tone: 'warn' }],
    [{ name: 'REVOKED', title: { en: 'cancelled', zh: '已取消' }, tone: 'bad' }],
  ],
})

const routes = {
  scoreOrder: 'GET /score-orders/{out_order_no}{?mchid}',
  confirmScoreOrder: 'POST /score-orders/{out_order_no}/confirm{?mchid}?',
} as const

const calls = {
  scoreOrder: faces.look,
  confirmScoreOrder: faces.change({
    summary: 'Confirm a pay score order, as the user does',
    transitions: [
      { event: 'confirmed', title: { en: 'Confirm', zh: '确认' }, from: ['CREATED'], to: 'DOING', by: 'user' },
    ],
    apply: (row) => ({ ...row, state: 'DOING' }),
  }),
} satisfies CallsFor<typeof routes>

/** Pay score orders, as far as this shop needs them. */
export const payScore = defineProduct({
  id: 'pay-score',
  title: { en: 'Pay score', zh: '支付分' },
  operations: [createOrder, queryOrder, cancelOrder],
  tables: [orders],
  routes,
  calls: async () => calls,
  things: async () => [faces.thing({ transitions: [calls.confirmScoreOrder] })],
})
