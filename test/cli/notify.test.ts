import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect } from 'vitest'
import { ShapedEvent } from '../../src/catalogue/index.ts'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'
import { EVENT_TYPES, events } from '../../src/products/index.ts'
import { open } from '../../src/wire/protocol/envelope.ts'
import { responseMessage } from '../../src/wire/protocol/message.ts'
import { verify } from '../../src/wire/protocol/signature.ts'
import { typeOfEvent } from '../helpers/events.ts'
import { type Received, type Receiver, startReceiver } from '../helpers/receiver.ts'
import { test as base, cli, misuse } from './cli.ts'

const test = base.extend('receive', ({ task: _ }, { onCleanup }) => {
  const started: Receiver[] = []
  onCleanup(async () => {
    for (const receiver of started) await receiver.close()
  })
  return async (...args: Parameters<typeof startReceiver>) => {
    const receiver = await startReceiver(...args)
    started.push(receiver)
    return receiver
  }
})

const { merchant, platform } = wellKnownIdentity()
/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:1/'

/** The plaintext of a callback whose signature is right under a key. */
function contentOf(received: Received | undefined, key = platform.publicKey.publicKey): unknown {
  if (!received) throw new Error('Nothing came')
  const message = responseMessage({
    timestamp: received.header('Wechatpay-Timestamp') ?? '',
    nonce: received.header('Wechatpay-Nonce') ?? '',
    body: Buffer.from(received.body),
  })
  if (!verify(message, received.header('Wechatpay-Signature') ?? '', key)) throw new Error('It is forged')
  const opened = open(JSON.parse(received.body).resource, merchant.apiV3Key)
  return opened.ok ? JSON.parse(opened.plaintext) : opened
}

describe.concurrent('notify', () => {
  test.for(EVENT_TYPES)('sends %s, signed and sealed, and shows what was sent', async (event, { receive }) => {
    const { url, received } = await receive()
    const { code, stdout, stderr } = await cli(['notify', '--event', event, '--url', url])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(received).toHaveLength(1)
    expect(JSON.parse(received[0]?.body ?? '')).toMatchObject({ event_type: typeOfEvent(event) })
    const content = contentOf(received[0])
    expect(content).toEqual(expect.any(Object))
    expect(stdout).toContain(`POST ${url}\nAccept: */*\n`)
    expect(stdout).toContain(`Wechatpay-Signature: ${received[0]?.header('Wechatpay-Signature')}\n`)
    expect(stdout).toContain(`\n${received[0]?.body}\n`)
    expect(stdout).toContain(`\n${JSON.stringify(content)}\n`)
    expect(stdout).toContain('Reply 200: accepted\n')
  })

  test('takes members of the content as JSON, and from a file', async ({ cwd, receive }) => {
    const { url, received } = await receive()
    const args = ['notify', '--event', 'TRANSACTION.SUCCESS', '--url', url, '--resource']
    await writeFile(join(cwd, 'order.json'), '{"out_trade_no":"MCH_2","attach":null}')
    await cli([...args, '{"out_trade_no":"MCH_1"}'])
    await cli([...args, 'order.json'], { cwd })

    expect(contentOf(received[0])).toMatchObject({ out_trade_no: 'MCH_1', attach: '', trade_state: 'SUCCESS' })
    expect(contentOf(received[1])).toMatchObject({ out_trade_no: 'MCH_2' })
    expect(contentOf(received[1])).not.toHaveProperty('attach')
  })

  test('takes the event and the address in short, and members one by one, each by the type that it has', async ({
    receive,
  }) => {
    const { url, received } = await receive()
    const sets = ['out_trade_no=0123', 'amount.total=5', 'payer.openid=o=User', 'promotion_detail=[{"coupon_id":"1"}]']
    const args = ['TRANSACTION.SUCCESS', '--to', url, ...sets.flatMap((set) => ['--set', set])]
    const more = ['--set', 'attach=null', '--resource', '{"attach":"replaced","amount":{"payer_total":4}}']
    const { code, stderr } = await cli(['notify', ...args, ...more])

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(contentOf(received[0])).toMatchObject({
      out_trade_no: '0123',
      amount: { total: 5, payer_total: 4 },
      payer: { openid: 'o=User' },
      promotion_detail: [{ coupon_id: '1' }],
      attach: 'null',
    })
  })

  test('sends a documented event, without an original type where its page has none', async ({ receive }) => {
    const { url, received } = await receive()
    const complaint = await cli([
      'notify',
      'COMPLAINT.CREATE',
      '--to',
      url,
      '--set',
      'complaint_id=1',
      '--set',
      'x.y=2',
    ])
    await cli(['notify', 'FAPIAO.ISSUED', '--to', url])

    expect(complaint).toMatchObject({
      code: 0,
      stderr: 'wechatpay-mock: COMPLAINT.CREATE has no x here: sent as given\n',
    })
    expect(contentOf(received[0])).toMatchObject({ complaint_id: '1', x: { y: '2' } })
    expect(JSON.parse(received[0]?.body ?? '').resource).toHaveProperty('original_type')
    expect(JSON.parse(received[1]?.body ?? '').resource).not.toHaveProperty('original_type')
  })

  test('lists the events of every product', async () => {
    const [english, chinese, json] = await Promise.all([
      cli(['notify', '--list']),
      cli(['notify', '--list', '--lang', 'zh']),
      cli(['notify', '--list', '--json']),
    ])

    expect(english.stdout).toMatch(/^Merchant coupons\n {2}COUPON\.SEND +a user received a coupon\n\n/)
    const shaped = events.find((event) => event instanceof ShapedEvent)
    const { id: product, title } = shaped?.product ?? {}
    expect(english.stdout).toContain(`\n${title?.en}\n  ${shaped?.name} `)
    expect(chinese.stdout).toContain(`\n${title?.zh}\n  ${shaped?.name} `)
    const listed: readonly { event_type: string }[] = JSON.parse(json.stdout)
    expect(listed.map(({ event_type }) => event_type).toSorted()).toEqual(EVENT_TYPES.toSorted())
    expect(listed).toContainEqual({
      event_type: shaped?.name,
      served: 'shaped',
      product,
      label: expect.any(String),
    })
  })

  test('takes members at any depth, and says which ones it does not know', async ({ receive }) => {
    const { url, received } = await receive()
    const args = ['notify', '--event', 'TRANSACTION.SUCCESS', '--url', url, '--resource']
    const deep = await cli([...args, '{"amount":{"total":500,"currency":null}}'])
    expect(deep).toMatchObject({ code: 0, stderr: '' })
    expect(contentOf(received[0])).toMatchObject({ amount: { total: 500, payer_total: 100, payer_currency: 'CNY' } })
    expect(contentOf(received[0])).not.toHaveProperty('amount.currency')

    const unknown = '{"amount":{"totl":500},"out_trade_n":"A","payer":{"openid":"oUser"}}'
    const warned = await cli([...args, unknown])
    expect(warned).toMatchObject({
      code: 0,
      stderr: 'wechatpay-mock: TRANSACTION.SUCCESS has no amount.totl, out_trade_n here: sent as given\n',
    })
    expect(contentOf(received[1])).toMatchObject({ amount: { total: 100, totl: 500 }, payer: { openid: 'oUser' } })

    const json = await cli([...args, unknown, '--json', '--lang', 'zh'])
    expect(json.stderr).toBe('')
    expect(JSON.parse(json.stdout).warnings).toEqual([
      'TRANSACTION.SUCCESS 在此没有 amount.totl、out_trade_n，按原样发送',
    ])
    const { stdout } = await cli([...args, '{"out_trade_no":"A"}', '--json'])
    expect(JSON.parse(stdout).warnings).toEqual([])
  })

  test('signs with the public key', async ({ receive }) => {
    const { url, received } = await receive(204)
    const { code } = await cli(['notify', '--event', 'COUPON.SEND', '--url', url, '--key-mode', 'certificate'])

    expect(code).toBe(0)
    expect(received[0]?.header('Wechatpay-Serial')).toBe(platform.certificates[0].serialNo)
    expect(contentOf(received[0], platform.certificates[0].publicKey)).toMatchObject({ send_merchant: merchant.mchid })
  })

  test('repeats with the same id and other signatures, and one that was not taken makes it end with 1', async ({
    receive,
  }) => {
    const { url, received } = await receive((_, response, count) =>
      response.writeHead(count === 2 ? 500 : 200).end('no'),
    )
    const { code, stdout } = await cli(['notify', '--event', 'COUPON.SEND', '--url', url, '--times', '3', '--json'])

    expect(code).toBe(1)
    const { id, event_type, resource, tries } = JSON.parse(stdout)
    expect({ event_type, url }).toEqual({ event_type: 'COUPON.SEND', url })
    expect(received.map(({ body }) => JSON.parse(body).id)).toEqual([id, id, id])
    expect(new Set(received.map((one) => one.header('Wechatpay-Signature'))).size).toBe(3)
    expect(contentOf(received[2])).toEqual(resource)
    expect(tries).toMatchObject([
      { taken: true, status: 200, reply: 'no', body: received[0]?.body },
      { taken: false, status: 500 },
      { taken: true, headers: { 'Wechatpay-Signature': received[2]?.header('Wechatpay-Signature') } },
    ])
  })

  test('says that nobody took it', async ({ receive }) => {
    const { url } = await receive((_, response) =>
      response.writeHead(302, { Location: 'http://127.0.0.1/' }).end('a\u001bb'),
    )
    const [refused, alone] = await Promise.all([
      cli(['notify', '--event', 'COUPON.SEND', '--url', url]),
      cli(['notify', '--event', 'COUPON.SEND', '--url', 'http://127.0.0.1:1/', '--lang', 'zh']),
    ])

    expect(refused.code).toBe(1)
    expect(refused.stdout).toContain('Reply 302: not accepted, only 200 and 204 are\na\\u001bb\n')
    expect(alone.code).toBe(1)
    expect(alone.stdout).toContain('没有应答：连接被拒绝，该地址没有程序监听。\n')
  })

  test('goes to another host only when it is allowed', async ({ receive }) => {
    const { url, received } = await receive()
    const elsewhere = url.replace('127.0.0.1', '0.0.0.0')
    const refused = await cli(['notify', '--event', 'COUPON.SEND', '--url', elsewhere])
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr: 'wechatpay-mock: 0.0.0.0 is not this machine: allow it with --allow-callback-host 0.0.0.0\n',
    })
    expect(received).toEqual([])

    const allowed = await cli([
      'notify',
      '--event',
      'COUPON.SEND',
      '--url',
      elsewhere,
      '--allow-callback-host',
      '0.0.0.0',
    ])
    expect(allowed.code).toBe(0)
    expect(received).toHaveLength(1)
  })

  test.for([
    [[], 'Say what happened and where it goes'],
    [['--event', 'COUPON.SEND'], 'Say what happened and where it goes'],
    [['--event', 'COUPON.SENT', '--url', NOBODY], 'There is no event COUPON.SENT; did you mean COUPON.SEND?'],
    [['NO', '--to', NOBODY], 'There is no event NO: wechatpay-mock notify --list'],
    [['COUPON.SEND', '--event', 'COUPON.SEND', '--to', NOBODY], 'Give the event once'],
    [['COUPON.SEND', '--to', NOBODY, '--url', NOBODY], 'Give --to or --url'],
    [['COUPON.SEND', '--to', NOBODY, '--set', 'stock_id'], 'use MEMBER=VALUE'],
    [['COUPON.SEND', '--to', NOBODY, '--set', '.=1'], 'use MEMBER=VALUE'],
    [['TRANSACTION.SUCCESS', '--to', NOBODY, '--set', 'amount.total=x'], 'amount.total is a number'],
    [['TRANSACTION.SUCCESS', '--to', NOBODY, '--set', 'amount=5'], 'amount is an object'],
    [['TRANSACTION.SUCCESS', '--to', NOBODY, '--set', 'promotion_detail.amount=5'], 'promotion_detail is a list'],
    [['--event', 'COUPON.SEND', '--url', 'localhost:3000'], 'is not an http or https address'],
    [['--event', 'COUPON.SEND', '--url', '/notify'], 'is not an http or https address'],
    [['--event', 'COUPON.SEND', '--url', NOBODY, '--times', '0'], 'a whole number from 1 to 100'],
    [['--event', 'COUPON.SEND', '--url', NOBODY, '--key-mode', 'both'], 'use one of public-key, certificate'],
    [['--event', 'COUPON.SEND', '--url', NOBODY, '--resource', '{a:1}'], '--resource:1:2: not JSON'],
    [['--event', 'COUPON.SEND', '--url', NOBODY, '--resource', 'none.json'], 'Cannot read none.json'],
    [['--event', 'COUPON.SEND', '--url', NOBODY, '--allow-callback-host', 'a:80'], 'without ports'],
  ] as const)('%j is wrong use', async ([args, message]) => {
    expect(await misuse(['notify', ...args])).toContain(message)
  })
})
