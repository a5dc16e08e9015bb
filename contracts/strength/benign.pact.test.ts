import { expect, test } from 'vitest'
import { expectVerdicts } from './expect-verdicts.ts'
import { LEFT_TO_CONFORMANCE } from './left-to-conformance.ts'
import { benignServers, brokenConduct, brokenTrust, inexactServers } from './variants/index.ts'

const inexact = new Set(inexactServers.map(({ name }) => name))

expectVerdicts([...benignServers, ...inexactServers], (name) => (inexact.has(name) ? 'inexact' : 'benign'))

test('what is left to conformance are broken servers, each for one reason', () => {
  const left = Object.values(LEFT_TO_CONFORMANCE).flat()
  const broken = [...brokenConduct, ...brokenTrust].map(({ name }) => name)

  expect(left).toEqual([...new Set(left)])
  expect(left.filter((name) => !broken.includes(name))).toEqual([])
})
