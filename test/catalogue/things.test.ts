import { expect, test } from 'vitest'
import { createMock } from '../../src/index.ts'

const MCHID = '1900000001'
const path = (...name: readonly string[]) => name.map(encodeURIComponent).join('/')

const world = {
  remembered: [
    {
      product: 'payscore',
      name: 'out_order_no',
      value: 'A1',
      members: { out_order_no: 'A1', mchid: MCHID, state: 'DOING', total_amount: 500, risk_fund: { amount: 1 } },
      time: '2026-11-25T12:00:00+08:00',
    },
    { product: 'payscore', name: 'order_id', value: '15', same: { name: 'out_order_no', value: 'A1' } },
    { product: 'mine', name: 'card_id', value: 'C1', members: { colour: 'red' } },
  ],
}

test('a remembered thing shows its number, its product and the members that it was told', async () => {
  const { control } = createMock({ seed: world })
  const thing = await control.thing('remembered', path(MCHID, 'payscore', 'out_order_no', 'A1'), {})
  expect(thing).toMatchObject({ heading: 'A1', state: 'DOING' })
  expect(thing.facts.map(({ title, value }) => [title.zh, value])).toEqual([
    ['单号字段', 'out_order_no'],
    ['产品', { en: 'WeChat Pay Score', zh: '微信支付分' }],
    ['商户号', MCHID],
    ['首次出现', '2026-11-25T12:00:00+08:00'],
    ['total_amount', '500'],
  ])
})

test('another number of a thing leads to it', async () => {
  const { control } = createMock({ seed: world })
  const { facts } = await control.thing('remembered', path(MCHID, 'payscore', 'order_id', '15'), {})
  expect(facts).toContainEqual({
    title: { en: 'Same as', zh: '同一单据' },
    value: 'out_order_no A1',
    as: 'code',
    to: { thing: 'remembered', name: [MCHID, 'payscore', 'out_order_no', 'A1'] },
  })
})

test('they are found by number, product in either language, and content', async () => {
  const { control } = createMock({ seed: world })
  const found = async (text: string) =>
    (await control.thingPage('remembered', { text })).items.map(({ heading }) => heading).toSorted()
  expect(await found('a1')).toEqual(['A1'])
  expect(await found('微信支付分')).toEqual(['15', 'A1'])
  expect(await found('pay score')).toEqual(['15', 'A1'])
  expect(await found('doing')).toEqual(['A1'])
  // A seed file may name any product.
  expect(await found('mine')).toEqual(['C1'])
})
