import { describe, expect } from 'vitest'
import { formerMembers } from '../../src/catalogue/formerly-documented.ts'
import { addressOf } from '../../src/engine/product.ts'
import { test } from '../helpers/first-products.ts'
import { operations } from '../helpers/operations.ts'

const served = new Map(operations.map((operation) => [addressOf(operation), operation]))

const addressesOf = (calls: readonly string[]) => calls.map((call) => call.replaceAll(/\{\w+\}/g, '{}'))

describe('the list of what was documented once', () => {
  test('is about calls that are served, and says what today’s page has otherwise', () => {
    const said = formerMembers().flatMap((member) => addressesOf(member.calls).map((address) => ({ address, member })))

    expect(said.filter(({ address }) => !served.get(address)?.formerlyDocumented)).toEqual([])
    for (const { member } of said) {
      const kinds = [member.is, member.values, member.leftOut].filter((kind) => kind !== undefined)
      expect(kinds, member.at.join()).toHaveLength(1)
      expect(member.sentBy.length, member.at.join()).toBeGreaterThan(0)
    }
  })

  test('has nothing that the page of the call has', () => {
    const shapes = formerMembers().flatMap((member) => {
      const { is, values, leftOut } = member
      return addressesOf(member.calls).flatMap((address) =>
        member.at.map((place) => {
          const [part, ...names] = place.split('/')
          const input = served.get(address)?.input[part === 'query' ? 'query' : 'body']
          const field = names.reduce<Shape | undefined>(
            (outer, name) => shapeOf(outer)?.[name],
            input as unknown as Shape | undefined,
          )
          const text = JSON.stringify(values?.map((value) => field?.safeParse?.(value).success))
          return {
            place: `${address} ${place}`,
            is: is && field !== undefined,
            values: text?.includes('true'),
            leftOut: leftOut && field === undefined,
          }
        }),
      )
    })

    expect(shapes.filter(({ is, values, leftOut }) => is || values || leftOut)).toEqual([])
  })
})

const ORDER = {
  out_order_no: 'O1',
  appid: 'wxd678efh567hg6787',
  service_id: 'S1',
  service_introduction: '充电宝',
  risk_fund: { name: 'DEPOSIT', amount: 9900 },
  time_range: { start_time: '20261125100000' },
  notify_url: 'https://shop.example.com/payscore',
}
const target = '/v3/payscore/serviceorder'

describe('a member that was documented once', () => {
  test('is accepted without effect, and the journal says who sends it', async ({ merchant: client, control, mock }) => {
    const discounts = [{ name: '满减', description: '立减', amount: 100 }]
    const body = { ...ORDER, openid: 'oFormerly', post_discounts: discounts }
    const answer = await client.request({ target, body })

    expect(answer).toMatchObject({ status: 200, body: { out_order_no: 'O1' } })
    expect(JSON.stringify(answer.body)).not.toContain('oFormerly')
    expect((await control.journal())[0]?.remarks).toMatchObject([
      {
        about: 'former',
        text: expect.stringMatching(
          /^\/body\/openid: today's page does not have .* WxJava, .* --formerly-documented refuse/,
        ),
      },
      { about: 'former', text: expect.stringMatching(/^\/body\/post_discounts\/amount: /) },
    ])
    expect(mock.journal.list()[0]?.remarks[0]?.text.zh).toMatch(/^\/body\/openid：现行文档没有此字段，WxJava、/)
    const query = `${target}?out_order_no=O1&service_id=S1&appid=${ORDER.appid}`
    const { body: found } = await client.request({ target: query })
    expect(JSON.stringify(found)).not.toContain('oFormerly')
    expect(JSON.stringify(found)).not.toContain('"amount":100')
  })

  test('may be one that today’s page fixes to another value', async ({ merchant: client, control }) => {
    const body = { ...ORDER, need_user_confirm: false, openid: 'oFormerly' }

    expect(await client.request({ target, body })).toMatchObject({ status: 200 })
    expect((await control.journal())[0]?.remarks[1]?.text).toMatch(
      /^\/body\/need_user_confirm: today's page does not list false, .* accepted as if left out;/,
    )
    await control.changeSettings({ formerly_documented: 'refuse' })
    expect(await client.request({ target, body: { ...ORDER, need_user_confirm: false } })).toMatchObject({
      status: 400,
    })
  })

  test('has to have its type', async ({ merchant: client }) => {
    expect(await client.request({ target, body: { ...ORDER, openid: 1 } })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', detail: { location: 'body', value: 1 } },
    })
  })

  test('is refused with formerlyDocumented=refuse, as any unknown one is', async ({ merchant: client, control }) => {
    await control.changeSettings({ formerly_documented: 'refuse' })

    expect(await client.request({ target, body: { ...ORDER, openid: 'oFormerly' } })).toMatchObject({
      status: 400,
      body: { code: 'PARAM_ERROR', message: expect.stringContaining('请求中含有未在API文档中定义的参数') },
    })
  })
})

const JSAPI = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900000001',
  description: '灯',
  out_trade_no: 'T_0001',
  notify_url: 'https://shop.example.com/paid',
  amount: { total: 1 },
  payer: { openid: 'oUpF8uMuAJO', identity: { type: 'IDCARD' } },
}

describe('a simulated call', () => {
  test('takes it too', async ({ merchant: client, control }) => {
    const answer = await client.request({ target: '/v3/pay/transactions/jsapi', body: JSAPI })
    expect(answer).toMatchObject({ status: 200 })
    const { payer } = JSAPI
    const again = { ...JSAPI, payer: { openid: payer.openid } }
    // Without effect: it is the same order.
    expect(await client.request({ target: '/v3/pay/transactions/jsapi', body: again })).toMatchObject({ status: 200 })
    const [first] = await control.journal()
    expect(first?.remarks).toMatchObject([
      { about: 'former', text: expect.stringMatching(/^\/body\/payer\/identity: /) },
    ])
  })

  test('takes a value that is listed no more as the member left out, or as another value', async ({
    merchant: client,
    control,
  }) => {
    await client.request({ target: '/v3/bill/tradebill?bill_date=2026-11-24&bill_type=ALL_SPECIAL' })

    const [exchange] = await control.journal()
    expect(exchange?.remarks.map(({ about }) => about)).toEqual(['former', 'refusal'])
    expect(exchange?.remarks[0]?.text).toMatch(/today's page does not list ALL_SPECIAL, .* accepted as ALL;/)
    // It does not hide why the call was refused.
    expect((await control.journalPage()).items[0]?.remark).toMatchObject({ about: 'refusal' })
    expect(exchange?.code).toBe('NO_STATEMENT_EXIST')
  })
})

test('a direct merchant may leave out the sub_mchid that pages for partners require', async ({
  merchant: client,
  control,
}) => {
  const request = {
    target: '/v3/new-tax-control-fapiao/card-template',
    body: { card_appid: ORDER.appid, card_template_information: { logo_url: 'https://shop.example.com/logo.png' } },
  }
  expect(await client.request(request)).toMatchObject({ status: 200 })
  expect((await control.journal())[0]?.remarks).toMatchObject([
    {
      about: 'former',
      text: expect.stringMatching(/^\/body\/sub_mchid: today's page requires this member, which wechatpayv3/),
    },
  ])
  await control.changeSettings({ formerly_documented: 'refuse' })
  expect(await client.request(request)).toMatchObject({ status: 400, body: { code: 'PARAM_ERROR' } })
})

/** As much of a schema as is looked at. */
interface Shape {
  readonly def?: { readonly shape?: Record<string, Shape>; readonly element?: Shape; readonly innerType?: Shape }
  safeParse?(value: unknown): { readonly success: boolean }
}

function shapeOf(schema: Shape | undefined): Record<string, Shape> | undefined {
  const { shape, element, innerType } = schema?.def ?? {}
  return shape ?? shapeOf(innerType ?? element)
}
