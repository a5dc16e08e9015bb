import { z } from 'zod'
import { exactTime } from '../../wire/protocol/instant.ts'
import { FIRST_INSTANT, LAST_INSTANT } from '../../wire/shared/china-time.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { misfitText } from '../misfit-texts.ts'

export const mchid = z
  .string()
  .regex(/^[0-9]{8,15}$/, misfitText({ en: 'a merchant number has 8 to 15 digits', zh: '商户号应为 8 到 15 位数字' }))

/** The first instant that the clock can show. */
const FIRST_CLOCK = Date.parse('0001-01-01T00:00:00+08:00')

export const time = z.iso
  .datetime({
    offset: true,
    error: misfitText({
      en: 'a time with offset is needed, like 2026-11-25T12:00:00+08:00',
      zh: '应为带时区的时间，如 2026-11-25T12:00:00+08:00',
    }),
  })
  .refine(
    (text) => Date.parse(text) <= LAST_INSTANT,
    misfitText({
      en: 'the last time that can be shown is 9999-12-31T23:59:59+08:00',
      zh: '最晚只能到 9999-12-31T23:59:59+08:00',
    }),
  )
  .refine(
    (text) => !(Date.parse(text) < FIRST_INSTANT),
    misfitText({
      en: 'the first time that can be shown is 0000-01-01T00:00:00+08:00',
      zh: '最早只能到 0000-01-01T00:00:00+08:00',
    }),
  )

/** A {@link time} in JSON, epoch milliseconds in a row. */
export const instant = z.codec(time, z.number(), { decode: (text) => Date.parse(text), encode: exactTime })

/** A time that the clock can show. Omitted times are computed from it, some of them earlier. */
export const clockTime = time.refine(
  (text) => !(Date.parse(text) < FIRST_CLOCK),
  misfitText({
    en: 'the first time that the clock shows is 0001-01-01T00:00:00+08:00',
    zh: '时钟最早只能显示 0001-01-01T00:00:00+08:00',
  }),
)

export const shortText = z.string().min(1).max(128)

/** A place in an order, far below the largest safe integer so that others fit after it. */
export const position = z.int().min(0).max(1_000_000_000_000)

/** Whole fen. */
export const money = z.int().min(0)

/** An object that is kept as it was given, but for members that every one has: bounded, since answers show it with each row. */
export const asGivenWith = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .looseObject(shape)
    .refine(
      (info) => isNoDeeperThan(info, 8),
      misfitText({ en: 'nested more than 8 levels deep', zh: '嵌套超过 8 层' }),
    )
    .refine(
      (info) => !isNoDeeperThan(info, 8) || JSON.stringify(info).length <= 16_384,
      misfitText({ en: 'longer than 16,384 characters', zh: '超过 16,384 个字符' }),
    )

/** The same without such members. */
export const asGiven = asGivenWith({})

/** Whether a JSON value is nested no deeper than `levels`; looks no further than that. */
function isNoDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return levels > 0 && Object.values(value).every((member) => isNoDeeperThan(member, levels - 1))
}

/** One of the words that have a meaning. */
export function wordOf<Word extends string>(
  meanings: Readonly<Record<Word, Texts>>,
): z.ZodEnum<{ [Name in Word]: Name }> {
  return z.enum(Object.fromEntries(Object.keys(meanings).map((word) => [word, word])) as { [Name in Word]: Name })
}
