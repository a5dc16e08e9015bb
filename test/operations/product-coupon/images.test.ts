import { describe, expect } from 'vitest'
import {
  createImageTask,
  queryImageTask,
  setProductCouponAddress,
  uploadProductCouponImage,
} from '../../../src/products/operations.ts'
import { type Envelope, open } from '../../../src/wire/protocol/envelope.ts'
import { test } from '../../helpers/callbacks.ts'
import { PNG, sha256, upload } from '../../helpers/upload.ts'
import { transports } from '../../helpers/world.ts'

const target = uploadProductCouponImage.path
const UNFIT = { status: 400, body: { code: 'INVALID_REQUEST', message: '传入参数不符合业务规则' } }
const ADDRESS = /^https:\/\/wxpaylogo\.qpic\.cn\/wxpaylogo\/[\w-]{43}\/0$/

const normal = { normal_coupon: { threshold: 10_000, discount_amount: 2_000 } }
const discount = { discount_coupon: { threshold: 0, percent_off: 30 } }
const exchange = { exchange_coupon: { threshold: 0, exchange_price: 100 } }
const combined = (changes: object = {}, benefit: object = normal) => ({
  brand_id: '40001',
  task_id: 'TASK_1',
  image_generation_type: 'COMBINE_IMAGE',
  combine_image: { scope: 'ALL', type: 'NORMAL', usage_mode: 'SINGLE', ...benefit, ...changes },
})
const cutOut = (image_url?: string) => ({
  brand_id: '40001',
  task_id: 'TASK_2',
  image_generation_type: 'CUT_OUT',
  ...(image_url !== undefined && { cut_out: { image_url } }),
})
const PICTURE = 'https://wxpaylogo.qpic.cn/wxpaylogo/a/0'

describe.for(transports)('images of product coupons over %s', (transport) => {
  test.override('transport', transport)

  test('an image that is uploaded has an address, the same for the same image', async ({ merchant }) => {
    const first = await merchant.request(upload({ target }))
    const again = await merchant.request(upload({ target, filename: '图.PNG' }))

    expect(first).toMatchObject({ status: 200, body: { image_url: expect.stringMatching(ADDRESS) } })
    expect(again.body).toEqual(first.body)
  })

  test.for<[string, Parameters<typeof upload>[0]]>([
    ['of another kind', { filename: 'a.gif' }],
    ['that does not begin like one', { file: Buffer.from('GIF89a') }],
    ['without bytes', { file: Buffer.alloc(0) }],
    ['of another digest', { meta: { filename: 'a.png', sha256: sha256(Buffer.from('x')) } }],
    ['larger than 2 MB', { file: Buffer.concat([PNG, Buffer.alloc(2 * 1_048_576)]) }],
  ])('an image %s is refused', async ([, changes], { merchant }) => {
    expect(await merchant.request(upload({ target, ...changes }))).toMatchObject(UNFIT)
  })

  test.for([
    [combined(), 'combine_image_result'],
    [combined({ type: 'DISCOUNT', background_color: '#A0b1C2' }, discount), 'combine_image_result'],
    [combined({ scope: 'SINGLE', type: 'EXCHANGE' }, exchange), 'combine_image_result'],
    [cutOut(PICTURE), 'cut_out_result'],
  ] as const)('one is made within a second: %j', async ([task, result], { merchant, control }) => {
    const { brand_id, task_id, image_generation_type } = task
    const query = { brand_id, task_id, image_generation_type }
    const shown = async () => (await merchant.call(queryImageTask, query)).body

    expect(await merchant.call(createImageTask, task)).toMatchObject({ status: 200, body: { brand_id, task_id } })
    expect(await shown()).toStrictEqual({ ...query, task_state: 'PROCESSING' })
    await control.advance('PT1S')
    const done = await shown()
    expect(done).toStrictEqual({
      ...query,
      task_state: 'SUCCESS',
      [result]: { image_url: expect.stringMatching(ADDRESS) },
    })
    // A repeat does not begin it anew.
    expect(await merchant.call(createImageTask, task)).toMatchObject({ status: 200, body: { brand_id, task_id } })
    expect(await shown()).toStrictEqual(done)
  })

  test('the partner is told when one is made', async ({ merchant, control, mock, receiver }) => {
    const shop = await receiver.start(204)
    const { api_v3_key } = await control.credentials()
    await merchant.call(setProductCouponAddress, { notify_url: shop.url })
    await merchant.call(createImageTask, cutOut(PICTURE))
    await merchant.call(createImageTask, cutOut(PICTURE))
    await mock.outbox.idle()
    expect(shop.received).toEqual([])

    await control.advance('PT1S')
    await mock.outbox.idle()
    const { cut_out: _, ...query } = cutOut(PICTURE)
    const { body } = await merchant.call(queryImageTask, query)
    const told = shop.received.map((one) => JSON.parse(one.body) as { event_type: string; resource: Envelope })
    expect(told).toMatchObject([
      { event_type: 'PRODUCT_COUPON_SP.IMAGE_GENERATION', summary: '商品券图片生成结果通知' },
    ])
    const [{ resource }] = told as [(typeof told)[number]]
    const opened = open(resource, api_v3_key)
    expect(opened.ok && JSON.parse(opened.plaintext)).toEqual(body)
  })

  test('a task of a seed file may fail', async ({ merchant, control }) => {
    const task = combined()
    const time = '2026-11-25T11:00:00+08:00'
    await control.restore({
      product_coupon_image_tasks: [
        {
          mchid: '1900000001',
          ...task,
          image_generation_type: 'COMBINE_IMAGE',
          create_time: time,
          finish_time: time,
          result: 'FAIL',
        },
      ],
    })
    const { combine_image: _, ...query } = task

    expect((await merchant.call(queryImageTask, query)).body).toStrictEqual({ ...query, task_state: 'FAIL' })
  })

  test.for<[string, Readonly<Record<string, unknown>>, object]>([
    ['without its data', { ...combined(), combine_image: undefined }, UNFIT],
    ['without a benefit', combined({}, {}), UNFIT],
    ['with the benefit of another type', combined({ type: 'DISCOUNT' }), UNFIT],
    ['with two benefits', combined({}, { ...normal, ...discount }), UNFIT],
    ['of an exchange on everything', combined({ type: 'EXCHANGE' }, exchange), UNFIT],
    ['of several uses', combined({ usage_mode: 'PROGRESSIVE_BUNDLE' }), UNFIT],
    ['of nothing to cut out', cutOut(), UNFIT],
    ['of a picture elsewhere', cutOut('https://wxpaylogo.qpic.cn.example.com/a'), UNFIT],
    ['of a colour that is a name', combined({ background_color: 'red' }), { body: { code: 'PARAM_ERROR' } }],
    ['with an id of five characters', { ...combined(), task_id: 'T-123' }, { body: { code: 'PARAM_ERROR' } }],
  ])('one %s is not made', async ([, task, answer], { merchant, control }) => {
    expect(await merchant.call(createImageTask, task)).toMatchObject(answer)
    expect(await control.world()).toMatchObject({ product_coupon_image_tasks: [] })
  })

  test('a task of another type or brand, or with other values, is another one', async ({ merchant }) => {
    const { combine_image: _, ...query } = combined()
    await merchant.call(createImageTask, combined())

    expect(await merchant.call(createImageTask, combined({ background_color: '#000000' }))).toMatchObject(UNFIT)
    expect(await merchant.call(queryImageTask, { ...query, image_generation_type: 'CUT_OUT' })).toMatchObject(UNFIT)
    expect(await merchant.call(queryImageTask, { ...query, brand_id: '40002' })).toMatchObject(UNFIT)
  })

  test('the oldest of 1,000 tasks is forgotten for a new one', async ({ merchant, control }) => {
    const start = Date.parse('2026-11-25T03:00:00Z')
    await control.restore({
      product_coupon_image_tasks: Array.from({ length: 1_000 }, (_, i) => {
        const time = new Date(start + i * 1_000).toISOString()
        const kept = { mchid: '1900000001', create_time: time, finish_time: time, result: 'SUCCESS' as const }
        return { ...cutOut(PICTURE), image_generation_type: 'CUT_OUT' as const, ...kept, task_id: `OLD_${i}` }
      }),
    })

    await merchant.call(createImageTask, cutOut(PICTURE))
    const { product_coupon_image_tasks: tasks = [] } = await control.world()
    expect(tasks).toHaveLength(1_000)
    expect(tasks.map(({ task_id }) => task_id)).not.toContain('OLD_0')
  })
})
