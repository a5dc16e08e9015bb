import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sendProductCouponToUser, useProductCoupon } from '../../src/products/operations.ts'
import { RedisStore } from '../../src/stores/redis.ts'
import { TABLES } from '../helpers/tables.ts'
import { openDoor } from '../model/door.ts'
import { createRival, playCoupons } from '../model/product-coupon/sequences.ts'
import { chosenSeed, chosenSteps } from '../model/sequences.ts'
import { mockOnRedis } from './mock-on-redis.ts'
import { redisForFile } from './redis-server.ts'

const seed = chosenSeed()
const steps = chosenSteps(500)
const server = redisForFile()

test(`with Redis each send, use and return of a product coupon counts once (${steps} steps, MODEL_SEED=${seed})`, {
  timeout: 7_200_000,
}, async () => {
  const rival = await createRival()
  const open = () => {
    const address = server.address()
    return openDoor([rival], () => RedisStore.open(address, TABLES))
  }
  expect(await playCoupons({ rival, seed, steps, openDoor: open })).toBe(undefined)
})

test('two instances together send no more than a batch has, and use a coupon once', async () => {
  const prefix = randomUUID()
  const [first, second] = [await mockOnRedis(server.address(prefix)), await mockOnRedis(server.address(prefix))]
  const batch = { brand_id: '40001', product_coupon_id: '1000000013', stock_id: '1000000013001' }
  const stock_send_rule = { max_count: 7, max_count_per_user: 1 }
  await first.mock.control.addProductCouponStock({ ...batch, stock_send_rule })
  const named = { ...batch, appid: 'wx8888888888888888' }
  const atBoth = async (work: (client: typeof first.client, i: number) => Promise<{ status: number }>) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => work((i % 2 === 0 ? first : second).client, i)),
    )
    return answers.map(({ status }) => status).toSorted()
  }

  const sends = await atBoth((client, i) =>
    client.call(sendProductCouponToUser, { ...named, openid: `oUser${i}`, send_request_no: `SEND_${i}_` }),
  )
  expect(sends).toEqual([...Array(7).fill(200), ...Array(13).fill(403)])
  expect(await second.mock.control.productCouponStock(batch.stock_id)).toMatchObject({
    sent_count_info: { total_count: 7, today_count: 7 },
  })

  const holding = { ...batch, openid: 'oUser', coupon_code: 'C1', confirm_time: '2026-11-25T12:00:00+08:00' }
  await first.mock.control.addUserProductCoupon(holding)
  const { confirm_time: use_time, ...coupon } = holding
  const associated_order_info = { mchid: '1900000109', out_trade_no: 'ORDER_1' }
  const uses = await atBoth((client, i) =>
    client.call(useProductCoupon, {
      ...{ ...named, ...coupon, use_time, associated_order_info },
      out_request_no: `USE_${String(i).padStart(4, '0')}`,
    }),
  )
  expect(uses).toEqual([200, ...Array(19).fill(403)])
})
