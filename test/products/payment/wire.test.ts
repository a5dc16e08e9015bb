import { describe, expect, test } from 'vitest'
import * as operations from '../../../src/products/payment/operations.ts'
import type { Source } from '../../../src/wire/protocol/sources.ts'

describe.for(Object.values(operations).map((operation) => [operation.id, operation] as const))(
  'evidence of %s',
  ([, { rules, errors }]) => {
    test('from elsewhere than its page says where from', () => {
      const facts: readonly { readonly evidence: string; readonly source?: Source | readonly Source[] }[] = [
        ...rules,
        ...Object.values(errors),
      ]
      const elsewhere = facts.filter(({ evidence }) => ['observed', 'reported', 'sibling'].includes(evidence))

      expect(elsewhere.filter(({ source }) => source === undefined)).toEqual([])
      for (const { url } of elsewhere.flatMap(({ source = [] }) => source)) expect(URL.canParse(url)).toBe(true)
    })
  },
)
