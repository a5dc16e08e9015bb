import { z } from 'zod'
import { toWireJson } from '../../engine/exchange/exchange-parts.ts'
import type { FaultPlan, PlannedFault } from '../../engine/faults/fault-plan.ts'
import { afterwards, FAULTS_LIMIT } from '../../engine/faults/faults.ts'
import { HOLD_LIMIT_MS } from '../../engine/faults/held.ts'
import { type Exchange, KEPT_BODY_BYTES } from '../../engine/journal/journal.ts'
import type { Mock } from '../../engine/mock.ts'
import {
  ANSWERS_LIMIT,
  answerJson,
  checkAnswer,
  newAnswerId,
  plannedAnswerJson,
  plannedAnswers,
} from '../../engine/planned-answers.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import { exactTime } from '../../wire/protocol/instant.ts'
import {
  faultJson,
  firedFaultJson,
  heldDecisionJson,
  heldJson,
  LISTED_FIRED,
  LISTED_HITS,
  type PlannedFaultJson,
  plannedFaultJson,
} from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { summarizeExchange } from '../formats/exchange-summary.ts'
import type { Served } from '../route.ts'
import { parseDuration } from './clock.ts'
import { registeredMerchant } from './merchants.ts'

export const faults = defineCall({
  summary: 'The faults that are still to come, in the order they were planned in, with how often each has happened',
  query: z.strictObject({
    unused: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional()
      .describe('only those that happened to no call so far'),
    mchid: mchid.optional().describe('only those planned for this merchant alone'),
  }),
  answer: (served: Served) => z.array(plannedFaultJson(served)),
  handle: ({ query: { unused, mchid } }, { mock }) =>
    (unused ? mock.faults.unused : mock.faults.planned)
      .filter((fault) => mchid === undefined || fault.mchid === mchid)
      .map(describePlannedFault),
})

export const firedFaults = defineCall({
  summary: `The faults that have hit exchanges of the journal, with these exchanges: also those that are spent or were taken back; the latest first, ${LISTED_FIRED} at most`,
  answer: (served: Served) => z.array(firedFaultJson(served)),
  async handle(_, { mock, language }) {
    return faultsIn(await mock.exchanges.list(), mock.faults.planned)
      .slice(0, LISTED_FIRED)
      .map(({ fault, active, hits }) => ({
        fault: describePlannedFault(fault),
        active,
        hits: hits.length,
        exchanges: hits.slice(0, LISTED_HITS).map((exchange) => summarizeExchange(mock, exchange, language)),
      }))
  },
})

export const planFault = defineCall({
  summary:
    'Let authenticated calls to come go wrong: answered with a documented error, late, lost, or in a way that no client may believe; or callbacks to come',
  body: faultJson,
  status: 201,
  answer: plannedFaultJson,
  refusals: {
    MOCK_OPERATION_UNKNOWN: 'the mock has no operation with this id',
    MOCK_FAULT_UNKNOWN: 'the operation has no such error',
    MOCK_FAULT_PLAN: 'the plan says too much or too little',
    MOCK_FAULTS_LIMIT: { status: 409, when: `${FAULTS_LIMIT} faults are still to come` },
    MOCK_DURATION: 'late_by is not a duration, or one in months or years',
  },
  handle: async ({ body }, { mock }) => describePlannedFault(await plan(mock, planOf(body))),
})

export const clearFaults = defineCall({
  summary: 'Forget the faults that are still to come, end the delays that are under way, and let through what is held',
  query: z.strictObject({
    mchid: mchid
      .optional()
      .describe('only faults planned for this merchant alone, and what is held of it; delays that are under way go on'),
  }),
  handle: ({ query: { mchid } }, { mock }) => mock.faults.clear(mchid),
})

export const removeFault = defineCall({
  summary: 'Forget one of the faults that are still to come; a delay of it that is under way goes on',
  params: z.object({ id: z.string().describe('as it was answered when it was planned') }),
  refusals: { MOCK_FAULT_GONE: { status: 404, when: 'no planned fault has this id, or none has it any more' } },
  async handle({ params: { id } }, { mock }) {
    if (await mock.faults.remove(id)) return
    throw refusalAt('/path/id', 'MOCK_FAULT_GONE', {
      en: `There is no planned fault ${id}, or none any more: one that has happened as often as it should is removed. GET /_mock/faults lists the others.`,
      zh: `没有计划中的故障 ${id}：它不存在，或已达到次数而被移除。GET /_mock/faults 可列出其余的。`,
    })
  },
})

/** Names of a plan's members in JSON, where they differ from the code's. */
const JSON_NAMES: Readonly<Record<string, string>> = {
  '/stockId': '/stock_id',
  '/couponCode': '/coupon_code',
  '/delayMs': '/delay_ms',
  '/pauseMs': '/pause_ms',
  '/lateMs': '/late_by',
}

async function plan(mock: Mock, wanted: FaultPlan): Promise<PlannedFault> {
  try {
    return await mock.faults.plan(wanted)
  } catch (refusal) {
    if (!(refusal instanceof UsageError)) throw refusal
    const { code, texts, path } = refusal
    throw new UsageError(code, texts, { path: JSON_NAMES[path] ?? path })
  }
}

function planOf({
  stock_id: stockId,
  coupon_code: couponCode,
  delay_ms: delayMs,
  pause_ms: pauseMs,
  late_by,
  ...plan
}: z.output<ReturnType<typeof faultJson>>): FaultPlan {
  const { event, operation, except, mchid, ...how } = plan
  const lateMs = late_by === undefined ? undefined : parseDuration(late_by, '/late_by')
  // The journal tells of a plan in this order. Whoever plans it drops members that are `undefined`.
  return { event, operation, except, mchid, stockId, couponCode, ...how, delayMs, pauseMs, lateMs } as FaultPlan
}

function describePlannedFault({
  stockId: stock_id,
  couponCode: coupon_code,
  delayMs,
  pauseMs: pause_ms,
  lateMs,
  ...fault
}: PlannedFault): PlannedFaultJson {
  return {
    ...fault,
    stock_id,
    coupon_code,
    delay_ms: typeof delayMs === 'object' ? { ...delayMs } : delayMs,
    pause_ms,
    late_by: lateMs === undefined ? undefined : lateMs / 1_000,
  }
}

/** A fault that has hit exchanges which the journal still has. */
interface FaultInJournal {
  /** Its current state, or that after it last happened. */
  readonly fault: PlannedFault
  /** Whether it is still planned; neither spent nor removed. */
  readonly active: boolean
  /** Exchanges that it hit, the newest first. */
  readonly hits: readonly Exchange[]
}

/**
 * The faults that have hit exchanges, the one that did so last first.
 *
 * @param exchanges of the journal, oldest first
 * @param planned the faults still to come
 */
function faultsIn(exchanges: readonly Exchange[], planned: readonly PlannedFault[]): readonly FaultInJournal[] {
  const found = new Map<string, { fault: PlannedFault; readonly hits: Exchange[] }>()
  for (const exchange of exchanges.toReversed()) {
    for (const fault of exchange.remarks.flatMap(({ plans = [] }) => plans)) {
      const known = found.get(fault.id)
      if (!known) {
        found.set(fault.id, { fault, hits: [exchange] })
        continue
      }
      // One exchange may take longer than the next, and so come later in the journal.
      if (fault.calls > known.fault.calls) known.fault = fault
      known.hits.push(exchange)
    }
  }
  return [...found.values()].map(({ fault, hits }) => {
    const current = planned.find(({ id }) => id === fault.id)
    return { fault: current ?? afterwards(fault), active: current !== undefined, hits }
  })
}

const filter = z.strictObject({ mchid: mchid.optional().describe('whose; all if left out') })

const refusals = {
  MOCK_ANSWER: 'the call cannot be answered so: it is simulated, or a member does not fit what its page says',
  MOCK_ANSWERS_LIMIT: { status: 409, when: `the merchant has ${ANSWERS_LIMIT} planned answers` },
  MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call',
} as const

export const planAnswer = defineCall({
  summary:
    'Plan what coming calls are answered with: members of the answer of a shaped call, or the whole answer of a path that the mock does not know',
  body: answerJson,
  status: 201,
  answer: plannedAnswerJson,
  refusals,
  async handle({ body }, { mock }) {
    checkAnswer(body, mock.router)
    const { mchid } = body.mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, body.mchid, '/mchid')
    const planned = { ...body, mchid, id: newAnswerId(mock.ids.position()), times: body.times ?? 1 }
    await mock.store.transaction(async (tx) => {
      if ((await tx.in(plannedAnswers).count(mchid)) >= ANSWERS_LIMIT) throw tooMany(mchid)
      await tx.in(plannedAnswers).save(planned)
    })
    return planned
  },
})

export const answers = defineCall({
  summary: 'The planned answers that are still to come, in the order they were planned in',
  query: filter,
  answer: z.array(plannedAnswerJson),
  async handle({ query: { mchid } }, { mock }) {
    const planned = await mock.store.transaction((tx) => tx.in(plannedAnswers).list(mchid))
    return planned.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  },
})

export const clearAnswers = defineCall({
  summary: 'Forget the planned answers, of one merchant or of all',
  query: filter,
  handle: ({ query: { mchid } }, { mock }) =>
    mock.store.transaction(async (tx) => {
      for (const planned of await tx.in(plannedAnswers).list(mchid)) {
        await tx.in(plannedAnswers).delete(planned.mchid, planned.id)
      }
    }),
})

export const removeAnswer = defineCall({
  summary: 'Forget one planned answer',
  params: z.object({ id: z.string().describe('as it was answered when it was planned') }),
  refusals: { MOCK_ANSWER_GONE: { status: 404, when: 'no planned answer has this id, or none has it any more' } },
  async handle({ params: { id } }, { mock }) {
    await mock.store.transaction(async (tx) => {
      const named = (await tx.in(plannedAnswers).list()).filter((planned) => planned.id === id)
      if (named.length === 0) throw gone(id)
      for (const { mchid } of named) await tx.in(plannedAnswers).delete(mchid, id)
    })
  },
})

function tooMany(mchid: string): UsageError {
  return new UsageError('MOCK_ANSWERS_LIMIT', {
    en: `Merchant ${mchid} has ${ANSWERS_LIMIT} planned answers: let calls take some, or forget them with DELETE /_mock/answers.`,
    zh: `商户 ${mchid} 已有 ${ANSWERS_LIMIT} 个预设应答：请先让请求用掉一些，或用 DELETE /_mock/answers 清除。`,
  })
}

function gone(id: string): UsageError {
  return refusalAt('/path/id', 'MOCK_ANSWER_GONE', {
    en: `There is no planned answer ${id}, or none any more: one that has answered its calls is removed. GET /_mock/answers lists the others.`,
    zh: `没有预设应答 ${id}：它不存在，或已被用完。GET /_mock/answers 可列出其余的。`,
  })
}

export const held = defineCall({
  summary: 'The calls and callbacks that faults hold, the longest held first; those of the process that answers',
  answer: z.array(heldJson),
  handle: (_, { mock, language }) =>
    mock.faults.held.list.map(({ exchange, until, answer }) => ({
      exchange: summarizeExchange(mock, exchange, language),
      until: exactTime(until),
      body: exchange.callback?.resource ?? textIn(exchange.request.body),
      answer: answer && { ...answer, body: answer.body?.slice(0, KEPT_BODY_BYTES) },
    })),
})

/** The beginning of a body, as text. */
function textIn(body: Uint8Array): string | undefined {
  return body.length === 0 ? undefined : Buffer.from(body.subarray(0, KEPT_BODY_BYTES)).toString('utf8')
}

export const decideHeld = defineCall({
  summary: 'Let a held call or callback through, lose it, or answer the call in place of the mock',
  params: z.object({ id: z.string().describe('of its exchange') }),
  body: heldDecisionJson,
  refusals: {
    MOCK_HELD_GONE: { status: 404, when: 'nothing with this id is held, or not any more' },
    MOCK_HELD_CALLBACK: { status: 409, when: 'it is a callback, which has no answer to give' },
  },
  handle({ params: { id }, body: { decide, status = 200, body } }, { mock }) {
    const { held } = mock.faults
    if (decide === 'answer' && held.find(id)?.exchange.callback) throw signedAlready(id)
    if (status === 204 && body) throw noBody()
    const answer = { status, body: body && toWireJson(body) }
    if (!held.decide(id, decide === 'answer' ? { decide, ...answer } : { decide })) throw heldNoLonger(id)
  },
})

function heldNoLonger(id: string): UsageError {
  return refusalAt('/path/id', 'MOCK_HELD_GONE', {
    en: `Nothing is held under ${id}, or not any more: GET /_mock/held lists what is, and each is let through after ${HOLD_LIMIT_MS / 60_000} minutes.`,
    zh: `没有被拦下的 ${id}：它不存在，或已处理。GET /_mock/held 可列出被拦下的请求和回调，每条最多拦下 ${HOLD_LIMIT_MS / 60_000} 分钟。`,
  })
}

function signedAlready(id: string): UsageError {
  return refusalAt('/decide', 'MOCK_HELD_CALLBACK', {
    en: `${id} is a callback, whose content is sealed and signed as it is: let it through or lose it.`,
    zh: `${id} 是回调，内容已确定并会加密签名：请放行（let_through）或丢弃（lose）。`,
  })
}

function noBody(): UsageError {
  return refusalAt('/body', 'MOCK_INPUT', {
    en: '/body: an answer with status 204 has no body, leave it out.',
    zh: '/body：状态码 204 的应答没有报文主体，请去掉 body。',
  })
}
