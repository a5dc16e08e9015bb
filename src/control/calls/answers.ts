import { z } from 'zod'
import {
  ANSWERS_LIMIT,
  answerJson,
  checkAnswer,
  newAnswerId,
  plannedAnswerJson,
  plannedAnswers,
} from '../../engine/planned-answers.ts'
import { mchid } from '../../engine/state/json-fields.ts'
import { refusalAt, UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { registeredMerchant } from '../merchants.ts'

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
    en: `There is no planned answer ${id}, or none any more: one that has answered its calls is gone. GET /_mock/answers lists the others.`,
    zh: `没有预设应答 ${id}：它不存在，或已被用完。GET /_mock/answers 可列出其余的。`,
  })
}
