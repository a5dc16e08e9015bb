import { describe, expect } from 'vitest'
import { type CallFacts, catalogueIndex, type FieldFacts, factsOf } from '../../src/catalogue/facts.ts'
import { ShapedEvent } from '../../src/catalogue/index.ts'
import { makeAnswer, sampleFile } from '../../src/catalogue/shaped-answer.ts'
import { ShapedOperation } from '../../src/catalogue/shaped-operation.ts'
import { handWrittenValues, valuedAnswer } from '../../src/catalogue/values.ts'
import { createIds } from '../../src/engine/ids.ts'
import { eventsOf, operationsOf } from '../../src/engine/product.ts'
import { isJsonObject, type JsonObject } from '../../src/wire/protocol/json-object.ts'
import { firstProducts, test } from '../helpers/first-products.ts'
import { NOON } from '../helpers/world.ts'
import { callNamed, saidOf } from './requests.ts'

const events = eventsOf(firstProducts).filter((one): one is ShapedEvent => one instanceof ShapedEvent)
const calls = operationsOf(firstProducts).filter(
  (one): one is ShapedOperation => one instanceof ShapedOperation && one.shaped && one.facts.answer !== undefined,
)
const caller = { mchid: '1900000001', appids: ['wx0000000000000001'] }

const sampleOf = (event: ShapedEvent, about?: JsonObject): JsonObject =>
  event.sample({ mchid: caller.mchid, appid: 'wx0000000000000001', now: NOON, ids: createIds('sense') }, about)

function answerOf({ product }: ShapedOperation, fields: readonly FieldFacts[]): JsonObject {
  const context = { now: NOON, ids: createIds('sense'), caller, audience: 'partner' } as const
  return makeAnswer(valuedAnswer(product.id, fields), [], context)
}

/** The fields, with all of them required. */
const everyOne = (fields: readonly FieldFacts[]): readonly FieldFacts[] =>
  fields.map((field) => ({ ...field, required: true, ...(field.members && { members: everyOne(field.members) }) }))

interface Placed {
  readonly path: string
  readonly field: FieldFacts
  readonly value: unknown
}

/** The scalar members of an object, in lists too. */
function membersOf(fields: readonly FieldFacts[], object: JsonObject, at = ''): Placed[] {
  return fields.flatMap((field) => {
    const { [field.name]: value } = object
    const path = at + field.name
    return [value].flat().flatMap((one: unknown): Placed[] => {
      if (one === undefined) return []
      return isJsonObject(one) ? membersOf(field.members ?? [], one, `${path}/`) : [{ path, field, value: one }]
    })
  })
}

/** The paths of all scalar fields. */
const pathsOf = (fields: readonly FieldFacts[], at = ''): string[] =>
  fields.flatMap(({ name, members }) => (members ? pathsOf(members, `${at}${name}/`) : [at + name]))

const IS_STATE = /(?:state|status|result|action_type)$/
const isState = ({ name, values = [], required }: FieldFacts) =>
  IS_STATE.test(name) && values.length > 1 && required === true

/** The fields of states that a resource always has. */
const statesOf = (fields: readonly FieldFacts[], at = ''): Placed[] =>
  fields.flatMap((field) => {
    const path = at + field.name
    if (field.members) return field.required === true ? statesOf(field.members, `${path}/`) : []
    return isState(field) ? [{ path, field, value: undefined }] : []
  })

describe('callbacks', () => {
  const fixed = handWrittenValues().events

  test('an event whose resource has a state says which', () => {
    const missing = events.flatMap(({ product, eventType, facts }) => {
      const rules = fixed[`${product.id} ${eventType}`] ?? {}
      return statesOf(facts.resource).flatMap(({ path }) =>
        typeof rules[path] === 'string' ? [] : [`${product.id} ${eventType} ${path}`],
      )
    })

    expect(events.length).toBeGreaterThan(30)
    expect(missing).toEqual([])
  })

  test('what an event says is a value of its page, of an event that there is', () => {
    const known = new Map<string, readonly FieldFacts[]>(
      catalogueIndex.products.flatMap(({ id }) =>
        factsOf(id).events.map((event) => [`${id} ${event.type}`, event.resource] as const),
      ),
    )
    const wrong = Object.entries(fixed).flatMap(([name, rules]) => {
      const resource = known.get(name) ?? []
      return Object.entries(rules).flatMap(([path, value]) => {
        const field = path
          .split('/')
          .reduce<FieldFacts | undefined>((found, part) => found?.members?.find((one) => one.name === part), {
            name,
            type: 'object',
            members: resource,
          })
        // An event may also end a member of an answer that its own page lacks.
        if (!field) return value === null ? [] : [`${name} ${path}`]
        return typeof value === 'string' && field.values && !field.values.includes(value) ? [`${path} ${value}`] : []
      })
    })

    expect(wrong).toEqual([])
  })

  test('an event says its state, whatever is remembered', () => {
    for (const event of events) {
      const rules = fixed[`${event.product.id} ${event.eventType}`] ?? {}
      const remembered = Object.fromEntries(
        statesOf(event.facts.resource).flatMap(({ path, field }) =>
          path.includes('/') ? [] : [[path, field.values?.find((one) => one !== rules[path])]],
        ),
      )
      for (const about of [undefined, remembered]) {
        const said = membersOf(event.facts.resource, sampleOf(event, about))
        for (const [path, rule] of Object.entries(rules)) {
          const values = said.filter((one) => one.path === path).map(({ value }) => value)
          if (rule === null) expect(values, `${event.name} ${path}`).toEqual([])
          else if (isJsonObject(rule)) expect(values, `${event.name} ${path}`).not.toEqual([])
          else expect(values, `${event.name} ${path}`).toEqual([rule])
        }
      }
    }
  })

  test('the states of all events', () => {
    const lines = events.map((event) => {
      const states = membersOf(event.facts.resource, sampleOf(event)).filter(({ path }) => IS_STATE.test(path))
      return `${event.name}: ${states.map(({ path, value }) => `${path} ${value}`).join(', ')}`
    })

    expect(lines.join('\n')).toMatchSnapshot()
  })

  test('a service order is confirmed and paid by its callbacks, and what a test gives wins', async ({
    merchant,
    mock,
  }) => {
    const asked = { appid: 'wxd678efh567hg6787', service_id: '500001', out_order_no: 'S1' }
    const order = {
      ...asked,
      service_introduction: '充电宝',
      time_range: { start_time: 'OnAccept' },
      risk_fund: { name: 'DEPOSIT', amount: 9_900 },
      notify_url: 'https://shop.example.com/score',
    }
    const asks = async () => (await merchant.call(callNamed('GET /v3/payscore/serviceorder'), asked)).body
    const send = async (event_type: string, resource?: JsonObject) => {
      const { resource: sent } = await mock.control.sendNotification({ event_type, ...(resource && { resource }) })
      return JSON.parse(sent) as unknown
    }

    const { body } = await merchant.call(callNamed('POST /v3/payscore/serviceorder'), order)
    expect(body).toMatchObject({ state: 'CREATED', order_id: expect.stringMatching(/^1000000000\d{21}$/) })
    expect(body).not.toHaveProperty('state_description')

    expect(await send('PAYSCORE.USER_CONFIRM')).toMatchObject({ state: 'DOING', state_description: 'USER_CONFIRM' })
    expect(await asks()).toMatchObject({ out_order_no: 'S1', state: 'DOING', state_description: 'USER_CONFIRM' })

    const paid = await send('PAYSCORE.USER_PAID')
    expect(paid).toMatchObject({ state: 'DONE', collection: { state: 'USER_PAID', paying_amount: 0 } })
    const { collection } = paid as { collection: JsonObject }
    expect(collection.paid_amount).toBe(collection.total_amount)
    expect(await asks()).toMatchObject({ state: 'DONE', collection })
    expect(await asks()).not.toHaveProperty('state_description')

    expect(await send('PAYSCORE.USER_CONFIRM', { state: 'REVOKED' })).toMatchObject({ state: 'REVOKED' })
  })

  test('what a user pays for a service order is its total, not its risk fund', async ({ merchant, mock }) => {
    const asked = { appid: 'wxd678efh567hg6787', service_id: '500001', out_order_no: 'S2' }
    const order = {
      ...asked,
      service_introduction: '充电宝',
      time_range: { start_time: 'OnAccept' },
      risk_fund: { name: 'DEPOSIT', amount: 9_900 },
      notify_url: 'https://shop.example.com/score',
    }
    const post_payments = [{ name: '租金', amount: 700 }]
    const orders = '/v3/payscore/serviceorder'
    const told = { ...asked, post_payments, total_amount: 700 }
    const asks = async () => (await merchant.call(callNamed(`GET ${orders}`), asked)).body
    const pay = async (resource: JsonObject = {}): Promise<unknown> => {
      const sent = await mock.control.sendNotification({ event_type: 'PAYSCORE.USER_PAID', resource })
      return JSON.parse(sent.resource)
    }
    const paying = (total: number) => ({
      collection: { state: 'USER_PAYING', total_amount: total, paying_amount: total, paid_amount: 0 },
    })

    await merchant.call(callNamed(`POST ${orders}`), order)
    await merchant.call(callNamed(`POST ${orders}/{out_order_no}/complete`), told)
    expect(await asks()).toMatchObject(paying(700))
    const changed = { ...told, total_amount: 600, reason: '少收' }
    await merchant.call(callNamed(`POST ${orders}/{out_order_no}/modify`), changed)
    expect(await asks()).toMatchObject(paying(600))

    const collection = { total_amount: 600, paying_amount: 0, paid_amount: 600, details: [{ amount: 600 }] }
    expect(await pay()).toMatchObject({ total_amount: 600, collection })
    expect(await asks()).toMatchObject({ total_amount: 600, collection: { state: 'USER_PAID', ...collection } })

    await merchant.call(callNamed(`POST ${orders}`), { ...order, out_order_no: 'S3' })
    const paid = await pay({ out_order_no: 'S3', total_amount: 50 })
    expect(paid).toMatchObject({ post_payments: [{ amount: 50 }], collection: { total_amount: 50, paid_amount: 50 } })
  })

  test('an order that was not completed is paid as its payments add up', async ({ merchant, mock }) => {
    const order = {
      appid: 'wxd678efh567hg6787',
      service_id: '500001',
      service_introduction: '充电宝',
      time_range: { start_time: 'OnAccept' },
      risk_fund: { name: 'DEPOSIT', amount: 9_900 },
      notify_url: 'https://shop.example.com/score',
    }
    const pay = async (out_order_no: string, told: object): Promise<unknown> => {
      await merchant.call(callNamed('POST /v3/payscore/serviceorder'), { ...order, ...told, out_order_no })
      const sent = await mock.control.sendNotification({ event_type: 'PAYSCORE.USER_PAID', resource: { out_order_no } })
      return JSON.parse(sent.resource)
    }
    const [rent, other] = [
      { name: '租金', amount: 500 },
      { name: '服务费', amount: 300 },
    ]

    expect(await pay('S4', { post_payments: [rent, other] })).toMatchObject({
      total_amount: 800,
      post_payments: [rent, other],
      collection: { total_amount: 800, paid_amount: 800, details: [{ amount: 800 }] },
    })
    // Without any, there is one of what is paid.
    expect(await pay('S5', {})).toMatchObject({ total_amount: 100, post_payments: [{ amount: 100 }] })
  })
})

describe('values', () => {
  const titled = ({ field: { name, title }, value }: Placed) => value === title || value === name

  test('none is the title or the name of its field, nor that of another', () => {
    const wrong = [
      ...calls.flatMap((call) => {
        const { answer = [] } = call.facts
        return [answer, everyOne(answer)].flatMap((fields) =>
          membersOf(fields, answerOf(call, fields)).map((one) => ({ of: call.id, ...one })),
        )
      }),
      ...events.flatMap((event) =>
        membersOf(event.facts.resource, sampleOf(event)).map((one) => ({ of: event.name, ...one })),
      ),
    ].flatMap((one) => (titled(one) ? [`${one.of} ${one.path} ${one.value}`] : []))

    expect(wrong).toEqual([])
  })

  test('what was just made has not failed', () => {
    const IS_FAILURE = /(?<!WITHDRAW_)FAIL|REJECT|UNAVAIL|UNAUTH|EDITTING|DISABLED|NOT_ENABLED|ABNORMAL|失败|驳回/
    const wrong = calls.flatMap((call) =>
      membersOf(call.facts.answer ?? [], answerOf(call, call.facts.answer ?? [])).flatMap(({ path, value }) =>
        typeof value === 'string' && IS_FAILURE.test(value) ? [`${call.id} ${path} ${value}`] : [],
      ),
    )

    expect(wrong).toEqual([])
  })

  test('an id fits a signed number of 64 bits, unless its page shows longer ones', () => {
    const wrong = calls.flatMap((call) => {
      const fields = everyOne(call.facts.answer ?? [])
      return membersOf(fields, answerOf(call, fields)).flatMap(({ path, field, value }) => {
        const { [call.product.id]: first = {} } = handWrittenValues().answers
        const shown = Math.max(...[field.example, first[field.name]].map((one) => String(one ?? '').length))
        const isLong = /^\d{19,}$/.test(String(value)) && String(value).length > shown
        return isLong && !/transaction_id$/.test(path) ? [`${call.id} ${path} ${value}`] : []
      })
    })

    expect(wrong).toEqual([])
  })

  test('ids have the form of their pages', async ({ merchant }) => {
    const provinces = await merchant.call(callNamed('GET /v3/capital/capitallhh/areas/provinces'), {})
    const asked = { offset: 0, limit: 10 }
    const banks = await merchant.call(callNamed('GET /v3/capital/capitallhh/banks/corporate-banking'), asked)

    expect(provinces.body).toEqual({ data: [{ province_name: '广东省', province_code: 22 }], total_count: 1 })
    expect(banks.body).toMatchObject({ data: [{ account_bank_code: 1001 }], links: {} })
  })

  test('the members of values.json are of the calls of their products', () => {
    const ends = Object.entries(handWrittenValues().answers).flatMap(([product, rules]) => {
      const { calls = [], events = [] } = factsOf(product)
      const answers = calls.flatMap(({ answer = [] }: CallFacts) => pathsOf(answer))
      const paths = [...answers, ...events.flatMap(({ resource }) => pathsOf(resource))].map((path) => `/${path}`)
      const wrong = Object.keys(rules).filter((end) => !paths.some((path) => `${path}/`.includes(`/${end}/`)))
      return wrong.map((end) => `${product} ${end}`)
    })

    expect(ends).toEqual([])
  })
})

describe('one thing has one name', () => {
  const share = {
    sub_mchid: '1900000109',
    appid: 'wxd678efh567hg6787',
    transaction_id: '4200000000000000000000000001',
    out_order_no: 'P1',
    receivers: [{ type: 'MERCHANT_ID', receiver_account: '1900000110', amount: 10, description: '佣金' }],
    finish: false,
  }

  test('a return of a share names its order', async ({ merchant }) => {
    const { body } = await merchant.call(callNamed('POST /v3/ecommerce/profitsharing/orders'), share)
    const { order_id } = body as { order_id: string }
    const back = {
      sub_mchid: '1900000109',
      order_id,
      out_return_no: 'R1',
      return_mchid: '1900000110',
      amount: 10,
      description: '退',
    }

    const returned = await merchant.call(callNamed('POST /v3/ecommerce/profitsharing/returnorders'), back)

    expect(returned.body).toMatchObject({ order_id, out_order_no: 'P1', transaction_id: share.transaction_id })
  })

  test('a callback about a share has a receiver of it', async ({ merchant, mock }) => {
    const receivers = [
      { type: 'PERSONAL_OPENID', receiver_account: 'oRCV', amount: 150, description: '分' },
      { type: 'MERCHANT_ID', receiver_account: '1900000110', amount: 20, description: '佣金' },
    ]
    await merchant.call(callNamed('POST /v3/ecommerce/profitsharing/orders'), { ...share, receivers })
    const send = async (resource: JsonObject): Promise<unknown> => {
      const event_type = 'TRANSACTION.SUCCESS/ecommerce'
      const url = 'https://shop.example.com/share'
      const sent = await mock.control.sendNotification({
        event_type,
        url,
        resource: { out_order_no: 'P1', ...resource },
      })
      return JSON.parse(sent.resource)
    }
    const [first, second] = receivers.map(({ receiver_account, ...one }) => ({ ...one, account: receiver_account }))

    expect(await send({})).toMatchObject({ transaction_id: share.transaction_id, receiver: first })
    expect(await send({ receiver: { account: '1900000110' } })).toMatchObject({ receiver: second })
  })

  test('a detail names its batch', async ({ merchant }) => {
    const batches = '/v3/partner-transfer/batches/out-batch-no/{out_batch_no}'
    const asked = { out_batch_no: 'B1', need_query_detail: true }
    const { body } = await merchant.call(callNamed(`GET ${batches}`), asked)
    const { batch_id } = body as { batch_id: string }

    const detail = await merchant.call(callNamed(`GET ${batches}/details/out-detail-no/{out_detail_no}`), {
      out_batch_no: 'B1',
      out_detail_no: 'D1',
    })

    expect(batch_id).toMatch(/^1030000071\d{30}$/)
    expect(detail.body).toMatchObject({ out_batch_no: 'B1', batch_id })
  })

  test('an invoice has one number, in calls, files and callbacks', async ({ merchant, mock }) => {
    const named = { fapiao_apply_id: 'FA1', sub_mchid: '1900000109' }
    const path = '/v3/new-tax-control-fapiao/fapiao-applications/{fapiao_apply_id}'
    const creation = factsOf('fapiao').calls.find(
      ({ path }) => path === '/v3/new-tax-control-fapiao/fapiao-applications',
    )
    if (!creation) throw new Error('the pages have it')
    const said = saidOf(creation, { members: 'required', encrypt: (text) => text }).body
    await merchant.call(callNamed(`POST ${creation.path}`), { ...said, ...named })
    const first = (await merchant.call(callNamed(`GET ${path}`), named)).body
    const fapiao_id = 'fapiao_id'
    expect(first).toMatchObject({ fapiao_information: [{ fapiao_id, status: 'ISSUE_ACCEPTED' }] })

    expect((await merchant.call(callNamed(`GET ${path}`), named)).body).toEqual(first)
    const files = await merchant.call(callNamed(`GET ${path}/fapiao-files`), named)
    expect(files.body).toMatchObject({ fapiao_download_info_list: [{ fapiao_id }] })
    expect(files.body).not.toHaveProperty('fapiao_download_info_list.0.download_url')
    const url = 'https://shop.example.com/fapiao'
    const { resource } = await mock.control.sendNotification({ event_type: 'FAPIAO.ISSUED', url })
    expect(JSON.parse(resource)).toMatchObject({
      fapiao_apply_id: 'FA1',
      fapiao_information: [{ fapiao_id, fapiao_status: 'ISSUED' }],
    })
    const issued = (await merchant.call(callNamed(`GET ${path}`), named)).body
    expect(issued).toMatchObject({ fapiao_information: [{ fapiao_id, status: 'ISSUED' }] })
    const { body } = await merchant.call(callNamed(`GET ${path}/fapiao-files`), named)
    const download_url = expect.stringContaining('/invoicing/fapiao/fapiao-file?token=')
    expect(body).toMatchObject({ fapiao_download_info_list: [{ fapiao_id, status: 'ISSUED', download_url }] })
  })

  test('an invoice is a PDF, whatever its token', () => {
    const file = sampleFile({ path: '/invoicing/fapiao/fapiao-file', answerType: 'application/octet-stream' }, 'sample')

    expect(Buffer.from(file).toString('latin1')).toMatch(/^%PDF/)
  })

  test('an invoice has the buyer and the total that were told', async ({ merchant }) => {
    const applications = '/v3/new-tax-control-fapiao/fapiao-applications'
    const named = { fapiao_apply_id: 'FA2', sub_mchid: '1900000109' }
    const buyer_information = { type: 'ORGANIZATION', name: '买方', taxpayer_id: '914403001234567890' }
    const items = [{ tax_code: '3010101020203000000', quantity: 1, total_amount: 1_000, discount: false }]
    const fapiao = { fapiao_id: 'FI2', total_amount: 1_000, need_list: false, items }
    const said = { ...named, scene: 'WITHOUT_WECHATPAY', buyer_information, fapiao_information: [fapiao] }
    await merchant.call(callNamed(`POST ${applications}`), said)

    const { body } = await merchant.call(callNamed(`GET ${applications}/{fapiao_apply_id}`), named)

    const amounts = { total_amount: 1_000, amount: 885, tax_amount: 115 }
    expect(body).toMatchObject({ fapiao_information: [{ buyer_information, ...amounts, items: [amounts] }] })
  })

  test('a coupon is of its batch, which counts it', async ({ merchant }) => {
    const batch = {
      stock_name: '新客立减',
      belong_merchant: '1900000001',
      available_begin_time: '2026-11-20T00:00:00+08:00',
      available_end_time: '2026-12-31T00:00:00+08:00',
      no_cash: true,
      stock_type: 'NORMAL',
      out_request_no: 'B1',
    }
    const normal_coupon_information = { coupon_amount: 500, transaction_minimum: 600 }
    const limits = { max_coupons: 10, max_amount: 5_000, max_coupons_per_user: 3 }
    const { body } = await merchant.call(callNamed('POST /v3/marketing/favor/coupon-stocks'), {
      ...batch,
      stock_use_rule: { ...limits, natural_person_limit: false, prevent_api_abuse: false },
      coupon_use_rule: { fixed_normal_coupon: normal_coupon_information, available_merchants: ['1900000001'] },
    })
    const { stock_id } = body as { stock_id: string }
    const [openid, appid, stock_creator_mchid] = ['oUser', 'wxd678efh567hg6787', '1900000001']
    const coupons = '/v3/marketing/favor/users/{openid}/coupons'
    const sent = { openid, stock_id, appid, stock_creator_mchid }
    const first = { ...sent, out_request_no: 'C1' }
    const coupon = await merchant.call(callNamed(`POST ${coupons}`), first)
    const { coupon_id } = coupon.body as { coupon_id: string }
    await merchant.call(callNamed(`POST ${coupons}`), first)
    await merchant.call(callNamed(`POST ${coupons}`), { ...sent, out_request_no: 'C2' })

    const shown = await merchant.call(callNamed(`GET ${coupons}/{coupon_id}`), { openid, coupon_id, appid })
    const ofBatch = await merchant.call(callNamed('GET /v3/marketing/favor/stocks/{stock_id}'), {
      stock_id,
      stock_creator_mchid,
    })

    const { no_cash, available_begin_time, available_end_time } = batch
    const times = { available_begin_time, available_end_time }
    expect(shown.body).toMatchObject({
      stock_id,
      coupon_name: '新客立减',
      no_cash,
      ...times,
      normal_coupon_information,
    })
    expect(ofBatch.body).toMatchObject({ stock_id, distributed_coupons: 2 })
  })

  test('a refund in a mall is of its payment', async ({ mock }) => {
    const url = 'https://shop.example.com/mall'
    const paid = { transaction_id: '4200000000000000000000000009', openid: 'oX', amount: 777, shop_name: '店' }
    await mock.control.sendNotification({ event_type: 'MALL_TRANSACTION.SUCCESS', url, resource: paid })

    const { transaction_id, openid, shop_name } = paid
    const refund = { event_type: 'MALL_REFUND.SUCCESS', url, resource: { transaction_id } }
    const { resource } = await mock.control.sendNotification(refund)

    expect(JSON.parse(resource)).toMatchObject({ openid, shop_name, pay_amount: 777, refund_amount: 777 })
  })

  test('a callback about an entry into a car park is about that car', async ({ merchant, mock }) => {
    const entry = {
      out_parking_no: 'PK1',
      plate_number: '粤A12345',
      plate_color: 'BLUE',
      notify_url: 'https://shop.example.com/parking',
      start_time: '2026-11-25T11:00:00+08:00',
      parking_name: '车场一',
      free_duration: 60,
    }
    const { body } = await merchant.call(callNamed('POST /v3/vehicle/parking/parkings'), entry)
    const { notify_url, ...told } = entry

    const { url, resource } = await mock.control.sendNotification({ event_type: 'VEHICLE.ENTRANCE_STATE_CHANGE' })

    expect(url).toBe(notify_url)
    expect(JSON.parse(resource)).toMatchObject({
      ...told,
      parking_id: (body as { id: string }).id,
      parking_state: 'NORMAL',
    })
  })
})
