import { describe, expect } from 'vitest'
import { requestIdOf } from '../../src/testing/merchant-client.ts'
import { INTERNAL_CODES } from '../../src/wire/protocol/common-errors.ts'
import type { ErrorDefinition } from '../../src/wire/protocol/errors.ts'
import { englishIn } from '../helpers/chinese.ts'
import { simulated as operations } from '../helpers/operations.ts'
import { representatives } from '../helpers/representative.ts'
import { test, transports } from '../helpers/world.ts'
import { cookbooks } from './errors/index.ts'
import { ONLY_PLANNED, type Recipe } from './errors/recipe.ts'

test('there is a cookbook for every operation that has errors of its own', () => {
  const withErrors = operations.filter(({ errors }) => Object.keys(errors).length > 0).map(({ id }) => id)
  const known = cookbooks.map(({ operation }) => operation.id)
  const without = withErrors.filter((id) => !known.includes(id))
  expect(without, 'Export a cookbook of each of these operations from a file in test/operations/errors.').toEqual([])
  expect(known.toSorted()).toEqual(withErrors.toSorted())
})

/** The answer of an error, whatever caused it. */
const answered = (error: ErrorDefinition | undefined) => ({
  status: error?.status,
  body: { code: error?.code, message: error?.message },
  requestId: expect.stringMatching(new RegExp(`-${error?.internalCode ?? INTERNAL_CODES.unspecified}$`)),
})

function testCause(key: string, error: ErrorDefinition | undefined, recipe: Recipe): void {
  test(`${key} comes from what happened before, and changes nothing`, async ({
    mock,
    control,
    merchant,
    others,
    clientOf,
  }) => {
    mock.clock.freeze()
    const call = await recipe({ mock, control, merchant, others, clientOf })
    // Callbacks of earlier calls must not count as changes of the refused one.
    await mock.outbox.idle()
    const before = await control.world()

    const answer = await call()

    const { status, body } = answer
    expect({ status, body, requestId: requestIdOf(answer) }).toEqual(answered(error))
    expect(await control.world()).toEqual(before)
    const remark = (await control.journal({ limit: 1 })).at(-1)?.remarks.at(-1)
    expect(remark).toEqual({ about: 'refusal', error: key, text: expect.stringMatching(/^\S/) })
    expect(remark?.text).not.toMatch(/undefined|NaN|\d(?:\.\d+)?Z\b/)
    const { en, zh = '' } = mock.journal.list().at(-1)?.remarks.at(-1)?.text ?? {}
    expect(remark?.text).toBe(en)
    expect(zh).toMatch(/\p{Script=Han}/u)
    // The name stands apart, so that each page says it in its own way.
    expect([en, zh].filter((text) => text?.startsWith(`${key}`))).toEqual([])
    expect(zh).not.toMatch(/undefined|NaN|\d(?:\.\d+)?Z\b/)
    expect(englishIn(zh)).toEqual([])
  })
}

describe.for(transports)('errors over %s', (transport) => {
  test.override('transport', transport)

  // Without a door between, all of them are played by `npm test`.
  for (const { operation, recipes } of transport === 'direct' ? cookbooks : representatives(cookbooks)) {
    describe(operation.id, () => {
      for (const [key, recipe] of Object.entries(recipes)) {
        const isPlanned = recipe === ONLY_PLANNED || operation.errors[key]?.when.en.includes('only as a planned fault')
        if (!isPlanned) testCause(key, operation.errors[key], recipe)
      }

      test('each can be forced as a fault', async ({ control, merchant }) => {
        const before = await control.world()
        for (const [key, error] of Object.entries(operation.errors)) {
          await control.planFault({ operation: operation.id, error: key })

          const answer = await merchant.request({
            method: operation.method,
            target: operation.path.replaceAll(/\{\w+\}/g, 'X'),
            // A call with encrypted fields has to name their key.
            ...(operation.encryptedFields && { wechatpaySerial: 'public-key' as const }),
            ...(operation.method === 'GET' || operation.method === 'DELETE' ? {} : { body: {} }),
          })

          const { status, body } = answer
          expect({ status, body, requestId: answer.header('Request-ID') }, key).toEqual(answered(error))
        }
        expect(await control.world()).toEqual(before)
        expect(await control.faults()).toEqual([])
      })
    })
  }
})
