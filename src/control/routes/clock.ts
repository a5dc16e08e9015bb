import { z } from 'zod'
import type { Mock } from '../../engine/mock.ts'
import { type ClockJson, clockJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'
import { parseDuration } from '../duration.ts'
import { timeWithMilliseconds } from '../exact-time.ts'
import { time } from '../formats/basics.ts'

const refusals = { MOCK_CLOCK_OUT_OF_RANGE: 'the time would be outside the years 0001 to 9999' } as const

export const clock = defineCall({
  id: 'clock',
  method: 'GET',
  path: '/_mock/clock',
  summary: "What the mock's clock shows, and whether it stands still",
  answer: clockJson,
  handle: (_, { mock }) => describeClock(mock),
})

export const setClock = defineCall({
  id: 'setClock',
  method: 'PUT',
  path: '/_mock/clock',
  summary:
    'Set the clock, freeze it or let it run on; callbacks that become due on the way to a later time are delivered before it answers',
  body: z
    .strictObject({
      now: time.optional().meta({ description: 'stays as it is if left out' }),
      frozen: z.boolean().optional().meta({ description: 'stays as it is if left out' }),
    })
    .refine(({ now, frozen }) => now !== undefined || frozen !== undefined, 'give now, frozen or both')
    .meta({ id: 'ClockSetting' }),
  answer: clockJson,
  refusals,
  async handle({ body: { now, frozen } }, { mock }) {
    await mock.setClock({
      ...(now !== undefined && { now: Date.parse(now) }),
      ...(frozen !== undefined && { frozen }),
    })
    return describeClock(mock)
  },
})

export const advanceClock = defineCall({
  id: 'advance',
  method: 'POST',
  path: '/_mock/clock/advance',
  summary: 'Move the clock on, or back; callbacks that become due on the way are delivered before it answers',
  body: z
    .strictObject({
      duration: z.union([z.string(), z.number()], 'a text like "P31D", or a number of seconds').meta({
        description: 'ISO 8601 like P31D, PT5M or -PT0.5S, without months and years; or seconds as a number',
        examples: ['P31D', 3_600],
      }),
    })
    .meta({ id: 'Advance' }),
  answer: clockJson,
  refusals: { ...refusals, MOCK_DURATION: 'not a duration, or one in months or years' },
  async handle({ body }, { mock }) {
    await mock.advance(parseDuration(body.duration))
    return describeClock(mock)
  },
})

function describeClock({ clock }: Mock): ClockJson {
  return { now: timeWithMilliseconds(clock.now()), frozen: clock.frozen }
}
