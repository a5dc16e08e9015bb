import { z } from 'zod'
import { UsageError } from '../../protocol/errors.ts'
import { defineCall } from '../call.ts'
import { exchangeSummaryJson, summarizeExchange } from '../formats/exchange-summary.ts'
import { playStory as play } from '../story.ts'

export const playStory = defineCall({
  summary:
    'Play a short story for people to look at, with things of its own: calls of the well-known merchant, one of them refused and one wrongly signed, and a callback, which the mock takes itself; answers with these exchanges in their order',
  bodyOptional: true,
  body: z.strictObject({}),
  status: 201,
  answer: z.array(exchangeSummaryJson),
  refusals: {
    MOCK_STORY_FAULTS: { status: 409, when: 'faults are planned, which the story would use up' },
  },
  async handle(_, { mock, language }) {
    const { length } = mock.faults.planned
    if (length > 0) {
      throw new UsageError('MOCK_STORY_FAULTS', {
        en: `The story would meet the ${length === 1 ? 'planned fault' : `${length} planned faults`}, meant for your own calls: let it come to pass, or DELETE /_mock/faults, and play the story then.`,
        zh: `有 ${length} 条故障规则仍有效，会被示例流程的请求触发：请等它们触发完，或用 DELETE /_mock/faults 清除，再播放示例流程。`,
      })
    }
    return (await play(mock)).map((exchange) => summarizeExchange(mock, exchange, language))
  },
})
