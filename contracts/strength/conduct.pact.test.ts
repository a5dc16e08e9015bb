import { expect, test } from 'vitest'
import { expectNoticed } from './expect-noticed.ts'
import { honestMock } from './variant.ts'
import { brokenConduct } from './variants/index.ts'
import { findingsOf, verifyOurPacts } from './verification.ts'

test('our contracts hold for the server as it is', async () => {
  const { ok, problems, interactions } = await verifyOurPacts(honestMock())

  expect({ problems, findings: interactions.flatMap(findingsOf) }).toEqual({ problems: [], findings: [] })
  expect(ok).toBe(true)
})

expectNoticed(brokenConduct)
