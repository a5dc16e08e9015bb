import { readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { LINK, pactIn, test } from './recording.ts'

test('a folder that is missing is made', async ({ shop }) => {
  await shop.client.call(associateTradeInfo, LINK)
  const deep = join(dirname(shop.file), 'not', 'there', 'pact.json')

  await shop.record({ file: deep })

  expect(JSON.parse(await readFile(deep, 'utf8')).interactions).toHaveLength(1)
})

describe('recording into a file that is there', () => {
  test('leaves it untouched when nothing is new', async ({ shop }) => {
    await shop.client.call(associateTradeInfo, LINK)
    await shop.record()
    await utimes(shop.file, 1, 1)

    const { added, kept } = await shop.record()

    expect({ added, kept }).toEqual({ added: [], kept: 1 })
    expect((await stat(shop.file)).mtimeMs).toBe(1_000)
  })

  test('keeps what somebody wrote into it, and puts what is new behind', async ({ shop }) => {
    await shop.client.call(associateTradeInfo, LINK)
    await shop.record({ consumer: 'my-shop' })
    const pact = JSON.parse(await readFile(shop.file, 'utf8'))
    pact.interactions[0].description = 'links a coupon'
    pact.interactions[0].comments = { text: ['by hand'] }
    await writeFile(shop.file, JSON.stringify(pact))
    await shop.client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added, kept, consumer } = await shop.record()

    expect({ added, kept, consumer }).toEqual({
      added: [
        { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
      ],
      kept: 1,
      consumer: 'my-shop',
    })
    const { interactions } = JSON.parse(await readFile(shop.file, 'utf8'))
    expect(interactions[0]).toEqual(pact.interactions[0])
    expect(interactions).toHaveLength(2)
  })

  test('describes calls in Chinese where that is asked for, and knows them again in the other language', async ({
    shop,
  }) => {
    await shop.client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED' })
    const { added } = await shop.record({ language: 'zh' })

    expect(added).toEqual([
      { description: '关联订单信息：已核销的券，被拒绝：not_usable', states: ['a coupon is used'] },
    ])
    expect(await shop.record()).toMatchObject({ added: [], kept: 1 })
    await shop.expectVerified()
  })

  test('knows again what was recorded with the numbers of a run, and under another description', async ({ shop }) => {
    await shop.client.call(associateTradeInfo, LINK)
    await shop.client
      .call(associateTradeInfo, { ...LINK, out_trade_no: 'MCH_2', out_request_no: 'R-2' })
      .catch(() => undefined)
    await shop.record()
    const text = await readFile(shop.file, 'utf8')
    const { interactions, ...pact } = JSON.parse(
      text.replaceAll('MCH_102233445', 'MCH_1').replaceAll('MCH_102233446', 'MCH_2'),
    )
    const earlier = interactions.map((one: object, i: number) => ({ ...one, description: `associate: ${i}` }))
    await writeFile(shop.file, JSON.stringify({ ...pact, interactions: earlier }))

    expect(await shop.record()).toMatchObject({ added: [], kept: 2 })
  })

  test('the same call with other numbers is no other interaction', async ({ shop }) => {
    await shop.client.call(associateTradeInfo, LINK)
    await shop.record()
    await shop.mock.control.reset()
    await shop.client.call(associateTradeInfo, { ...LINK, out_request_no: 'R-OTHER' })

    expect(await shop.record()).toMatchObject({ added: [], kept: 1 })
  })

  test.for([
    ['{', 'is not JSON'],
    [
      '{"consumer":{"name":"a"},"provider":{"name":"b"},"interactions":[],"metadata":{"pactSpecification":{"version":"3.0.0"}}}',
      'specification 4',
    ],
    [
      '{"consumer":{"name":"a"},"provider":{"name":"wechatpay"},"interactions":[],"metadata":{"pactSpecification":{"version":"4.0"}}}',
      'has the consumer a, not my-shop',
    ],
    [
      '{"consumer":{"name":"my-shop"},"provider":{"name":"wechatpay"},"interactions":[null],"metadata":{"pactSpecification":{"version":"4.0"}}}',
      'specification 4',
    ],
  ] as const)('refuses %s', async ([text, message], { shop }) => {
    await writeFile(shop.file, text)

    await expect(shop.record({ consumer: 'my-shop' })).rejects.toMatchObject({
      code: 'MOCK_PACT_FILE',
      message: expect.stringContaining(message),
    })
    expect(await readFile(shop.file, 'utf8')).toBe(text)
  })
})

test('refuses a folder in place of a file', async ({ shop }) => {
  await expect(shop.record({ file: dirname(shop.file) })).rejects.toMatchObject({
    code: 'MOCK_PACT_FILE',
    message: `${dirname(shop.file)} cannot be read: it is a directory.`,
  })
})

test('a link to a pact stays one', async ({ shop }) => {
  const link = join(dirname(shop.file), 'link.json')
  await writeFile(
    shop.file,
    JSON.stringify({
      consumer: { name: 'my-shop' },
      provider: { name: 'wechatpay' },
      interactions: [],
      metadata: { pactSpecification: { version: '4.0' } },
    }),
  )
  await symlink(shop.file, link)
  await shop.client.request({ target: '/v3/certificates' })

  await shop.record({ file: link })

  expect(await pactIn(shop.file)).toMatchObject({ interactions: [{}] })
})
