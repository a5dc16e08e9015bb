import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { catalogueIndex } from '../../../src/catalogue/facts.ts'
import type { Product } from '../../../src/engine/product.ts'
import { products } from '../../../src/products/index.ts'
import schema from '../../../src/products/scenarios/seed.schema.json' with { type: 'json' }
import { servedCalls } from '../../../tools/documents/documented-calls.ts'
import { SIMULATED_WAYS, shapedWay } from '../../../tools/documents/ways.ts'

const all: readonly Product[] = products
const simulated = servedCalls.filter(({ operation }) => !operation.shaped).map(({ operation }) => operation.path)

test('tables, functions and pages that the list names are there', () => {
  const tables = Object.keys(schema.$defs.World.properties)
  const control = all.flatMap(({ routes = {} }) => Object.keys(routes))
  const pages = all.flatMap((product) => (product.pages ?? []).map(({ path }) => path))
  const said = (part: 'seed' | 'control' | 'phone') => SIMULATED_WAYS.flatMap((way) => way[part] ?? [])

  expect(said('seed').filter((name) => !tables.includes(name))).toEqual([])
  expect(said('control').filter((name) => !control.includes(name))).toEqual([])
  expect(said('phone').filter((name) => !pages.includes(name))).toEqual([])
})

test('each entry is about simulated calls', () => {
  expect(SIMULATED_WAYS.filter(({ paths }) => !simulated.some((path) => paths.test(path)))).toEqual([])
})

test.for([
  ['POST /v3/payscore/serviceorder', 'this call'],
  ['GET /v3/payscore/serviceorder', '`POST /v3/payscore/serviceorder`'],
  ['POST /v3/payscore/partner/serviceorder/{out_order_no}/cancel', '`POST /v3/payscore/partner/serviceorder`'],
  ['GET /v3/merchant-service/complaints-v2/{complaint_id}', '`notify COMPLAINT.CREATE`'],
  ['GET /v3/subscription-billing/schedule/{subscription_id}', '`POST /v3/subscription-billing/schedule`'],
  ['GET /v3/capital/capitallhh/areas/provinces', 'any request'],
])('a test gets what %s is about by %s', ([id, way]) => {
  const page = servedCalls.find((call) => call.page?.id === id)?.page

  expect(page && shapedWay(page).en).toBe(way)
})

test.for(['docs/calls.md', 'docs/calls.zh-CN.md'])('each product of the catalogue has a line in %s', (page) => {
  const text = readFileSync(new URL(`../../../${page}`, import.meta.url), 'utf8')
  const language = page.includes('zh') ? 'zh' : 'en'
  const titles = catalogueIndex.products.map(({ title }) => title[language])

  expect(titles.filter((title) => !text.includes(`| ${title} |`))).toEqual([])
})
