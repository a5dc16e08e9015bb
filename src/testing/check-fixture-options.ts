import { checkOptions, type KnownOptions } from '../engine/check-options.ts'
import { thatFits, yesOrNo } from '../engine/option-values.ts'
import { isClock, type MockOptions, optionsWith } from '../mock.ts'
import { products } from '../products/index.ts'

/** Options of the fixture that `createMock` lacks or defines differently. */
const OPTIONS: KnownOptions<'clock' | 'intercept'> = {
  clock: thatFits((clock) => typeof clock === 'string' || clock instanceof Date || isClock(clock), {
    en: 'use a time, or an object with a function now',
    zh: '应为时间，或带有 now 函数的对象',
  }),
  intercept: yesOrNo,
}

/** @throws UsageError `MOCK_OPTION` for an option that does not exist or has an impossible value */
export function checkFixtureOptions(options: Pick<MockOptions, 'products'>): void {
  checkOptions(options, { ...optionsWith(options.products ?? products), ...OPTIONS })
}
