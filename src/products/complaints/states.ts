import type { ExchangeJsonOf } from '../../control/answer-format.ts'
import type { ControlOf } from '../../control/client/client.ts'
import { type Scene, type StateInRecordings, statesOn } from '../../control/provider-states/state.ts'
import type { Texts } from '../../wire/shared/texts.ts'
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
  transaction_id: '4200000404201909069117582536',
} as const

type Wanted = Before['complaints'][number]

const recorded = (
  isSo: (one: Wanted) => boolean,
  thing: Texts,
): StateInRecordings<{ readonly [One in keyof typeof COMPLAINT]: string }, Before> => ({
  found: ({ mchid, before }) =>
    before.complaints
      .filter((one) => one.mchid === mchid && isSo(one))
      .map(({ complaint_id, transaction_id }) => ({ complaint_id, transaction_id })),
  things: () => [thing],
})

const complaintThat = (given: Partial<Wanted>, thing: Texts) =>
  state(
    COMPLAINT,
    (names, { control }: Scene<Control>) => control.addComplaint({ ...names, ...given }),
    recorded((one) => Object.entries(given).every(([name, value]) => Reflect.get(one, name) === value), thing),
  )

/** The states of contracts that are about complaints. */
export const states = {
  'a user complained': complaintThat(
    { complaint_state: 'PENDING', problem_type: 'OTHERS' },
    { en: 'a complaint that waits for a reply', zh: '待处理的投诉单' },
  ),
  'a user asks for a refund in a complaint': complaintThat(
    { complaint_state: 'PENDING', problem_type: 'REFUND' },
    { en: 'a complaint that asks for a refund', zh: '申请退款的投诉单' },
  ),
  'a complaint was replied to': complaintThat(
    { complaint_state: 'PROCESSING' },
    { en: 'a complaint that was replied to', zh: '处理中的投诉单' },
  ),
  'a complaint is settled': complaintThat(
    { complaint_state: 'PROCESSED' },
    { en: 'a complaint that is settled', zh: '已处理完成的投诉单' },
  ),
} as const

/** A name for the type, which declarations mention instead of every member. */
export interface ComplaintsStates extends Readonly<typeof states> {}
