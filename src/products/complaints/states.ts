import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import { type Scene, type StateInRecordings, statesOn } from '../../control/provider-states/state.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { fenOf } from '../common/explain.ts'
import type { complaints } from './complaints.ts'
import type { ComplaintsProductCalls } from './control-calls.ts'
import type { routes } from './routes.ts'

type Control = ControlOf<
  readonly [
    {
      readonly tables: readonly [typeof complaints]
      readonly routes: typeof routes
      readonly calls: () => Promise<ComplaintsProductCalls>
    },
  ]
>

type Before = ExchangeJsonOf<typeof complaints>['before']

const state = statesOn<Control, Before>()

const COMPLAINT = {
  complaint_id: '200201820200101080076610000',
  complaint_time: '2026-01-05T10:20:30+08:00',
  out_trade_no: '20190906154617947762231',
  payer_phone: '13800000000',
} as const

type Shown = Before['complaints'][number]
type Recorded<Name extends PropertyKey> = StateInRecordings<{ readonly [One in Name]: string }, Before>

/** A complaint of the caller, which recordings know by its members. */
const recorded = (
  isWanted: (one: Shown) => boolean,
  thing: Texts,
): Recorded<keyof typeof COMPLAINT | 'apply_refund_amount'> => ({
  found: ({ mchid, before }) =>
    before.complaints
      .filter((one) => one.mchid === mchid && isWanted(one))
      .map(({ complaint_id, complaint_time, out_trade_no, payer_phone, apply_refund_amount: asked }) => ({
        complaint_id,
        complaint_time,
        out_trade_no,
        ...(payer_phone !== undefined && { payer_phone }),
        ...(asked !== undefined && { apply_refund_amount: String(asked) }),
      })),
  things: () => [thing],
})

const complaintIn = (complaint_state: Shown['complaint_state'], thing: Texts) =>
  state(
    COMPLAINT,
    (given, { control }: Scene<Control>) => control.addComplaint({ ...given, complaint_state }),
    recorded((one) => one.complaint_state === complaint_state && one.problem_type !== 'REFUND', thing),
  )

/** The states of contracts that are about complaints. */
export const states = {
  'a user complained': complaintIn('PENDING', { en: 'a complaint that waits for a reply', zh: '待处理的投诉单' }),
  'a user asks for a refund in a complaint': state(
    { ...COMPLAINT, apply_refund_amount: '100' },
    ({ apply_refund_amount, ...given }, { control }) =>
      control.addComplaint({
        ...given,
        problem_type: 'REFUND',
        apply_refund_amount: fenOf({ apply_refund_amount }),
      }),
    recorded((one) => one.complaint_state === 'PENDING' && one.problem_type === 'REFUND', {
      en: 'a complaint that asks for a refund',
      zh: '申请退款的投诉单',
    }),
  ),
  'a complaint was replied to': complaintIn('PROCESSING', {
    en: 'a complaint that was replied to',
    zh: '处理中的投诉单',
  }),
  'a complaint is settled': complaintIn('PROCESSED', { en: 'a complaint that is settled', zh: '已处理完成的投诉单' }),
} as const

/** A name for the type, which declarations mention instead of every member. */
export interface ComplaintsStates extends Readonly<typeof states> {}
