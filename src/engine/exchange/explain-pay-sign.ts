import { describePayCause, diagnosePaySign, en, type PaySign, zh } from '../../diagnosis/index.ts'
import { sentences, type Texts } from '../../shared/texts.ts'
import type { Merchant } from '../keys/merchants.ts'
import { inWords, type KnownKeys, otherKeys, summaryOf } from './explain-failure.ts'

/** Explains why the signature of a front end (paySign) is not right; `undefined` if it is. */
export function explainPaySign(
  given: Omit<PaySign, 'key' | 'otherKeys'>,
  merchant: Merchant,
  keys: KnownKeys,
): Texts | undefined {
  const diagnosis = diagnosePaySign({ ...given, key: merchant, otherKeys: otherKeys(merchant, keys) })
  const { verdict, line, causes } = diagnosis
  if (verdict === 'verifies') return undefined
  return sentences([
    ...(line ? [{ en: `The line ${line} differs.`, zh: `${line} 一行不同。` }] : []),
    ...summaryOf(diagnosis),
    inWords([], causes, describePayCause),
    ...(causes.length === 0 ? [{ en: en.rebuildPaySign, zh: zh.rebuildPaySign }] : []),
  ])
}
