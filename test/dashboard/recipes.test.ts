import { expect, test } from 'vitest'
import { faultOf } from '../../dashboard/fault-plan.ts'
import { fieldsOf, RECIPE_NAMES } from '../../dashboard/recipes.ts'
import { en } from '../../dashboard/texts/en.ts'
import { zh } from '../../dashboard/texts/zh.ts'
import { createMock } from '../../src/mock.ts'

const fieldsIn = (texts: typeof en, name: (typeof RECIPE_NAMES)[number]) =>
  texts.faults.recipes[name]
    .sentence((field) => ({ field }))
    .flatMap((piece) => (typeof piece === 'string' ? [] : piece.field))

test.for(RECIPE_NAMES)('the mock takes %s as it is offered, for one call or callback too', async (name) => {
  const { control } = createMock()
  const offered = fieldsOf(name)
  const target = offered.about === 'calls' ? { operation: 'useCoupon' } : { event: 'COUPON.SEND' }
  const plan = faultOf(offered)
  expect(await control.planFault(plan)).toMatchObject({ fired: 0 })
  expect(await control.planFault(faultOf(fieldsOf(name, { ...target, mchid: '1900000001' })))).toMatchObject({
    ...target,
    mchid: '1900000001',
    fired: 0,
  })
})

test.for(RECIPE_NAMES)('%s asks for the same fields in both languages, and for what it happens to', (name) => {
  const fields = fieldsIn(en, name)
  expect(new Set(fieldsIn(zh, name))).toEqual(new Set(fields))
  expect(new Set(fields).size).toBe(fields.length)
  expect(fields).toContain(fieldsOf(name).about === 'calls' ? 'operation' : 'event')
})
