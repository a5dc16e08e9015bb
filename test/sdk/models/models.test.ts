import { describe, expect, inject, test } from 'vitest'
import { apiDocument } from '../../../src/control/calls/operations.ts'
import { events } from '../../../src/products/index.ts'
import { DocumentFacts } from '../../control/openapi/facts.ts'
import { operations } from '../../helpers/operations.ts'
import { expectPart } from '../page-part.ts'
import { differences, lineOf, membersIn } from './compare.ts'
import { knownLines } from './known-differences.ts'
import { type Finding, modelsPage } from './page.ts'
import { type ModelledSdk, modelledSdks, modelsOf } from './sdks.ts'

const notRun = inject('notRun')
/** Simulated calls only: `test/sdk/methods` tests the shaped ones with the SDKs. */
const simulated = <T extends { readonly shaped?: true }>(described: readonly T[]) =>
  described.filter(({ shaped }) => !shaped)
const served = new DocumentFacts(
  await apiDocument({
    calls: [],
    operations: simulated(operations),
    events: simulated(events),
    version: '1.0.0',
    serverUrl: 'http://127.0.0.1:8089',
  }),
)

async function findingOf(modelled: ModelledSdk): Promise<Finding> {
  const models = await modelsOf(modelled)
  return {
    name: modelled.name,
    version: modelled.sdk.version,
    calls: new Set(models.map(({ call }) => call)).size,
    members: membersIn(models),
    differences: differences(models, served),
  }
}

const findings: Finding[] = []
for (const modelled of modelledSdks) {
  if (notRun[modelled.name] === undefined) findings.push(await findingOf(modelled))
}

describe.for(modelledSdks)('the models of $name', ({ name }) => {
  const missing = notRun[name]
  const found = findings.find((one) => one.name === name)?.differences.map(lineOf) ?? []
  const suffix = missing ? `: not compared: ${missing}` : ''

  test.skipIf(missing)(`say what is served, but for differences that have a reason${suffix}`, () => {
    expect(found.filter((line) => !knownLines(name).includes(line))).toEqual([])
  })

  test.skipIf(missing)(`differ in everything that is listed, once${suffix}`, () => {
    expect(knownLines(name).filter((line) => !found.includes(line))).toEqual([])
    expect(new Set(knownLines(name)).size).toBe(knownLines(name).length)
  })
})

const allCompared = findings.length === modelledSdks.length
const title = 'docs/sdk-matrix.md says what was found here: `npm run test:sdk -- --update` renews it'

test.skipIf(!allCompared)(allCompared ? title : `${title}: not all SDKs were compared`, () => {
  expectPart('models', modelsPage(findings))
})
