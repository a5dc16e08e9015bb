import { readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect } from 'vitest'
import { recordPact, verifyPacts } from '../../contracts/kit/index.ts'
import { associateTradeInfo } from '../../src/products/operations.ts'
import { LINK, pactIn, test } from './recording.ts'

test('a folder that is missing is made', async ({ file, shop: { control, client } }) => {
  await client.call(associateTradeInfo, LINK)
  const deep = join(dirname(file), 'not', 'there', 'pact.json')

  await recordPact({ control, file: deep })

  expect(JSON.parse(await readFile(deep, 'utf8')).interactions).toHaveLength(1)
})

describe('recording into a file that is there', () => {
  test('leaves it untouched when nothing is new', async ({ file, shop: { control, client } }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file })
    await utimes(file, 1, 1)

    const { added, kept } = await recordPact({ control, file })

    expect({ added, kept }).toEqual({ added: [], kept: 1 })
    expect((await stat(file)).mtimeMs).toBe(1_000)
  })

  test('keeps what somebody wrote into it, and puts what is new behind', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file, consumer: 'my-shop' })
    const pact = JSON.parse(await readFile(file, 'utf8'))
    pact.interactions[0].description = 'links a coupon'
    pact.interactions[0].comments = { text: ['by hand'] }
    await writeFile(file, JSON.stringify(pact))
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED', out_request_no: 'R-2' })

    const { added, kept, consumer } = await recordPact({ control, file })

    expect({ added, kept, consumer }).toEqual({
      added: [
        { description: 'links a used coupon to an order, and is refused: not_usable', states: ['a coupon is used'] },
      ],
      kept: 1,
      consumer: 'my-shop',
    })
    const { interactions } = JSON.parse(await readFile(file, 'utf8'))
    expect(interactions[0]).toEqual(pact.interactions[0])
    expect(interactions).toHaveLength(2)
  })

  test('describes calls in Chinese where that is asked for, and knows them again in the other language', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, { ...LINK, coupon_code: 'COUPON_USED' })
    const { added } = await recordPact({ control, file, language: 'zh' })

    expect(added).toEqual([
      { description: '关联订单信息：已核销的券，被拒绝：not_usable', states: ['a coupon is used'] },
    ])
    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 1 })
    expect(await verifyPacts({ pactFiles: [file] })).toMatchObject({ ok: true })
  })

  test('knows again what was recorded with the numbers of a run, and under another description', async ({
    file,
    shop: { control, client },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await client
      .call(associateTradeInfo, { ...LINK, out_trade_no: 'MCH_2', out_request_no: 'R-2' })
      .catch(() => undefined)
    await recordPact({ control, file })
    const text = await readFile(file, 'utf8')
    const { interactions, ...pact } = JSON.parse(
      text.replaceAll('MCH_102233445', 'MCH_1').replaceAll('MCH_102233446', 'MCH_2'),
    )
    const earlier = interactions.map((one: object, i: number) => ({ ...one, description: `associate: ${i}` }))
    await writeFile(file, JSON.stringify({ ...pact, interactions: earlier }))

    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 2 })
  })

  test('the same call with other numbers is no other interaction', async ({
    file,
    shop: { control, client, mock },
  }) => {
    await client.call(associateTradeInfo, LINK)
    await recordPact({ control, file })
    await mock.control.reset()
    await client.call(associateTradeInfo, { ...LINK, out_request_no: 'R-OTHER' })

    expect(await recordPact({ control, file })).toMatchObject({ added: [], kept: 1 })
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
  ] as const)('refuses %s', async ([text, message], { file, shop: { control } }) => {
    await writeFile(file, text)

    await expect(recordPact({ control, file, consumer: 'my-shop' })).rejects.toMatchObject({
      code: 'MOCK_PACT_FILE',
      message: expect.stringContaining(message),
    })
    expect(await readFile(file, 'utf8')).toBe(text)
  })
})

test('refuses a folder in place of a file', async ({ file, shop: { control } }) => {
  await expect(recordPact({ control, file: dirname(file) })).rejects.toMatchObject({
    code: 'MOCK_PACT_FILE',
    message: `${dirname(file)} cannot be read: it is a directory.`,
  })
})

test('a link to a pact stays one', async ({ file, shop: { control, client } }) => {
  const link = join(dirname(file), 'link.json')
  await writeFile(
    file,
    JSON.stringify({
      consumer: { name: 'my-shop' },
      provider: { name: 'wechatpay' },
      interactions: [],
      metadata: { pactSpecification: { version: '4.0' } },
    }),
  )
  await symlink(file, link)
  await client.request({ target: '/v3/certificates' })

  await recordPact({ control, file: link })

  expect(await pactIn(file)).toMatchObject({ interactions: [{}] })
})
