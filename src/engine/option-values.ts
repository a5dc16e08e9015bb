import { z } from 'zod'
import type { Texts } from '../wire/shared/texts.ts'
import { isObject, type KnownOption } from './check-options.ts'
import { misfitText } from './misfit-texts.ts'

/**
 * An option that takes any value `fits` accepts.
 *
 * @param advice what to use instead, without a full stop
 */
export function thatFits(fits: (value: unknown) => boolean, advice: Texts): KnownOption {
  return { schema: z.custom(fits, misfitText(advice)) }
}

export function oneOf(...words: readonly string[]): KnownOption {
  return { schema: z.enum(words) }
}

/** An option that takes a whole number, both ends included. */
export function wholeNumber(min: number, max: number = Number.MAX_SAFE_INTEGER): KnownOption {
  return { schema: z.int().min(min).max(max) }
}

export const someNumber: KnownOption = { schema: z.number() }

export const someText: KnownOption = { schema: z.string() }

/** An empty one would protect nothing, as if it was left out. */
export const someSecret: KnownOption = {
  schema: z
    .string()
    .refine(
      (text) => text !== '',
      misfitText({ en: 'use a text that is not empty, or leave it out', zh: '应为非空字符串，不需要时请省略' }),
    ),
}

export const severalTexts: KnownOption = { schema: z.array(z.string()) }

export const yesOrNo: KnownOption = { schema: z.boolean() }

export const someFunction: KnownOption = thatFits((value) => typeof value === 'function', {
  en: 'use a function',
  zh: '应为函数',
})

export const someObject: KnownOption = thatFits(isObject, { en: 'use an object', zh: '应为对象' })
