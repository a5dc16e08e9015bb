import { tmpdir } from 'node:os'
import { expect, expectTypeOf, test } from 'vitest'
import { associateTradeInfo, disassociateTradeInfo, wechatPayPact } from '../../contracts/kit/index.ts'

const pact = wechatPayPact({ consumer: 'a shop', dir: tmpdir() })
const unlinks = pact.upon('takes a link away').calls(disassociateTradeInfo)
const links = pact.upon('links').calls(associateTradeInfo)

test('refuses takes the errors of the operation, and those that any call has', () => {
  type Of<Answer extends { refuses(...parameters: never): unknown }> = Parameters<Answer['refuses']>[0]

  expectTypeOf<'not_linked' | 'system_error' | 'certificate_expired'>().toExtend<Of<typeof unlinks>>()
  expectTypeOf<'linked_to_other_order'>().not.toExtend<Of<typeof unlinks>>()
  expectTypeOf<'linked_to_other_order'>().toExtend<Of<typeof links>>()
  expectTypeOf<string>().not.toExtend<Of<typeof links>>()
})

test('refuses names the errors that there are, where it is given another', () => {
  // @ts-expect-error an error of associate, which JavaScript would let through
  expect(() => unlinks.refuses('linked_to_other_order')).toThrow(
    'disassociateTradeInfo has no error linked_to_other_order. It has: request_no_reused, not_found, not_permitted, not_usable, not_linked. Every call has: header_missing, ',
  )
})
