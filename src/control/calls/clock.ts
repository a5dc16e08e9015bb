import { z } from 'zod'
import { misfitText } from '../../engine/misfit-texts.ts'
import type { Mock } from '../../engine/mock.ts'
import { time } from '../../engine/state/json-fields.ts'
import { refusalAt } from '../../wire/protocol/errors.ts'
import { timeWithMilliseconds } from '../../wire/protocol/instant.ts'
import { shortened } from '../../wire/shared/texts.ts'
import { type ClockJson, clockJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'

const refusals = {
  MOCK_CLOCK_OUT_OF_RANGE: 'the time would be outside the years 0001 to 9999',
  MOCK_CLOCK_BUSY: {
    status: 409,
    when: 'a move under way has waited for the reply of a receiver for two seconds, which may be the one that asks; or another instance moves the clock',
  },
  MOCK_CLOCK_MOVE_ENDED: {
    status: 409,
    when: 'a reset, a restore or the end of the mock ended the move before it came to its aim',
  },
} as const

export const clock = defineCall({
  summary: "What the mock's clock shows, whether it stands still, and how far a move under way has come",
  answer: clockJson,
  ofAllMerchants: true,
  handle: (_, { mock }) => describeClock(mock),
})

export const setClock = defineCall({
  summary:
    'Set the clock, freeze it or let it run on; callbacks that become due on the way to a later time are delivered before it answers',
  body: z
    .strictObject({
      now: z
        .union([z.literal('machine'), time], {
          error: misfitText({
            en: 'a time with offset is needed, like 2026-11-25T12:00:00+08:00, or machine',
            zh: '应为带时区的时间，如 2026-11-25T12:00:00+08:00，或 machine',
          }),
        })
        .optional()
        .meta({
          description: "stays as it is if left out; machine goes back to the machine's time, and runs with it",
          examples: ['2026-11-25T12:00:00+08:00', 'machine'],
        }),
      frozen: z.boolean().optional().describe('stays as it is if left out, but for now: machine'),
    })
    .refine(
      ({ now, frozen }) => now !== undefined || frozen !== undefined,
      misfitText({ en: 'give now, frozen or both', zh: '请给出 now、frozen 或两者' }),
    )
    .meta({ id: 'ClockSetting' }),
  answer: clockJson,
  ofAllMerchants: true,
  refusals,
  async handle({ body: { now, frozen } }, { mock }) {
    await mock.setClock({
      ...(now !== undefined && { now: now === 'machine' ? 'source' : Date.parse(now) }),
      ...(frozen !== undefined && { frozen }),
    })
    return describeClock(mock)
  },
})

export const advance = defineCall({
  summary: 'Move the clock on, or back; callbacks that become due on the way are delivered before it answers',
  body: z
    .strictObject({
      duration: z
        .union(
          [z.string(), z.number()],
          misfitText({
            en: 'a text like "P31D", or a number of seconds',
            zh: '应为 "P31D" 这样的文字，或表示秒数的数字',
          }),
        )
        .meta({
          description: 'ISO 8601 like P31D, PT5M or -PT0.5S, without months and years; or seconds as a number',
          examples: ['P31D', 3_600],
        }),
    })
    .meta({ id: 'Advance' }),
  answer: clockJson,
  ofAllMerchants: true,
  refusals: { ...refusals, MOCK_DURATION: 'not a duration, or one in months or years' },
  async handle({ body }, { mock }) {
    await mock.advance(parseDuration(body.duration))
    return describeClock(mock)
  },
})

function describeClock({ clock, outbox: { moving } }: Mock): ClockJson {
  return {
    now: timeWithMilliseconds(clock.now()),
    frozen: clock.frozen,
    ...(moving && { moving: { ...moving, to: timeWithMilliseconds(moving.to) } }),
  }
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** ISO 8601, with the sign of its second edition. Months and years are parsed only to be refused. */
const DURATION =
  /^(?<sign>[+-])?P(?=\d|T\d)(?:(?<years>\d+)Y)?(?:(?<months>\d+)M)?(?:(?<weeks>\d+)W)?(?:(?<days>\d+)D)?(?:T(?=\d)(?:(?<hours>\d+)H)?(?:(?<minutes>\d+)M)?(?:(?<seconds>\d+(?:[.,]\d+)?)S)?)?$/

/**
 * Parses a duration: ISO 8601 like `P31D`, `PT5M`, `-PT0.5S`, or a number of seconds.
 *
 * @param path its place as a JSON pointer, for the refusal
 * @returns whole milliseconds, negative to go back
 * @throws UsageError `MOCK_DURATION` if it is neither, and for months and years, whose length varies
 */
export function parseDuration(duration: string | number, path = '/duration'): number {
  if (typeof duration === 'number') return Math.round(duration * SECOND)
  const parts = DURATION.exec(duration)?.groups
  if (!parts) {
    const shown = JSON.stringify(shortened(duration, 40))
    throw refusalAt(path, 'MOCK_DURATION', {
      en: `${shown} is not a duration: give one like "P31D", "PT5M" or "-PT0.5S", or seconds as a number.`,
      zh: `${shown} 不是时长：请使用 "P31D"、"PT5M"、"-PT0.5S" 这样的写法，或用数字表示秒数。`,
    })
  }
  if (parts.years !== undefined || parts.months !== undefined) {
    throw refusalAt(path, 'MOCK_DURATION', {
      en: 'Months and years have no fixed length: give weeks or days, like "P31D".',
      zh: '月和年的长短不固定：请改用周或天，如 "P31D"。',
    })
  }
  const ms =
    count(parts.weeks) * WEEK +
    count(parts.days) * DAY +
    count(parts.hours) * HOUR +
    count(parts.minutes) * MINUTE +
    count(parts.seconds) * SECOND
  return Math.round(parts.sign === '-' ? -ms : ms)
}

function count(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.replace(',', '.'))
}
