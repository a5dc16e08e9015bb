import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { generateSeed } from '../../../fixtures/seed.ts'
import { worldJson } from '../../../src/control/world/load-world.ts'
import { type ScenarioName, scenario, scenarios } from '../../../src/products/scenarios/index.ts'
import { seedSchema, seedSchemaFile } from '../../../tools/generate-schema.ts'
import { TABLES } from '../../helpers/tables.ts'

const committed = JSON.parse(readFileSync(seedSchemaFile, 'utf8')) as z.core.JSONSchema.JSONSchema

test('the committed schema is the one that the format makes: run tools/generate-schema.ts after a change', () => {
  expect(committed).toEqual(seedSchema())
})

test('scenarios find the schema beside them', () => {
  for (const name of Object.keys(scenarios)) {
    const folder = new URL('../../../src/products/scenarios/', import.meta.url)
    const named = new URL(scenario(name).$schema ?? 'none', folder)
    expect(JSON.parse(readFileSync(named, 'utf8'))).toEqual(committed)
  }
})

// Two readings of one format: the zod schema that the mock reads with, and the JSON Schema that editors read with.
describe.for<[string, (world: unknown) => boolean]>([
  ['zod', (world) => worldJson(TABLES).safeParse(world).success],
  ['JSON Schema', (world) => fromSchema.safeParse(world).success],
])('by the %s', ([, accepts]) => {
  test.for(Object.keys(scenarios) as ScenarioName[])('the scenario %s is valid', (name) => {
    expect(accepts(scenario(name))).toBe(true)
  })

  test('a generated world is valid, with times and without', () => {
    expect(accepts(generateSeed({ coupons: 50, randomSeed: 1 }))).toBe(true)
    expect(accepts(generateSeed({ coupons: 50, randomSeed: 1, now: 1_700_000_000_000 }))).toBe(true)
  })

  test.for<[string, unknown]>([
    ['an unknown member', { vouchers: [] }],
    ['an unknown member inside', { coupons: [{ coupon_code: 'C1', code: 'C1' }] }],
    ['an unknown state', { coupons: [{ state: 'SENT' }] }],
    ['a code that is too long', { coupons: [{ coupon_code: 'x'.repeat(33) }] }],
    ['a merchant number that is none', { orders: [{ mchid: 'me' }] }],
    ['fen in decimals', { orders: [{ total: 1.5 }] }],
    ['a time that is none', { coupons: [{ expire_time: 'tomorrow' }] }],
    ['a list that is none', { stocks: {} }],
    ['no world at all', 'default'],
  ])('refuses %s', ([, world]) => {
    expect(accepts(world)).toBe(false)
  })
})

const fromSchema = z.fromJSONSchema(committed)
