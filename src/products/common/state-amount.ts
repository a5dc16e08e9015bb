import { UsageError } from '../../protocol/errors.ts'

/**
 * The amount that a parameter of a provider state gives, which is a text: `fenOf({ total })`.
 *
 * @throws UsageError `MOCK_STATE_PARAMETER` for anything but a whole number
 */
export function fenOf(parameter: Readonly<Record<string, string>>): number {
  const [[name, text] = ['', '']] = Object.entries(parameter)
  if (/^\d+$/.test(text)) return Number(text)
  throw new UsageError('MOCK_STATE_PARAMETER', {
    en: `The parameter ${name} is an amount in fen, a whole number, and not "${text}".`,
    zh: `参数 ${name} 是以分为单位的金额，须为整数，不能是“${text}”。`,
  })
}
