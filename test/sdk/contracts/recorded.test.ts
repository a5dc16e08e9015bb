import { randomInt } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { verify } from '../../../contracts/provider/verification.ts'
import { benignServers, brokenConduct, brokenTrust } from '../../../contracts/strength/variants/index.ts'
import { startServer } from '../../../src/doors/transports/node-server.ts'
import type { MockControl } from '../../../src/mock-control.ts'
import { spawnCli } from '../../cli/cli.ts'
import { startReceiver } from '../../helpers/receiver.ts'
import { representatives } from '../../helpers/representative.ts'
import { install, whatIsMissing } from '../matrix/install.ts'
import { launchAtBaseUrl } from '../matrix/launch.ts'
import { type Outcome, Program } from '../matrix/program.ts'
import { type Sdk, titleOf } from '../matrix/sdk.ts'
import { sdks } from '../matrix/sdks.ts'

const INSTALL_LIMIT_MS = 900_000

const [sdk] = sdks.filter(({ id }) => id === 'wechatpayv3') as [Sdk]
const missing = await whatIsMissing(sdk)
const title = `a contract recorded from runs of ${titleOf(sdk)}`

/** Interactions from its calls and callbacks, in the order of the file. */
const RECORDED = [
  'closes an unpaid order, with mchid  [an order is unpaid]',
  'downloads the platform certificates',
  'is told by COUPON.SEND that a user received a coupon',
  'is told by TRANSACTION.SUCCESS that an order was paid',
  'links a coupon that is linked to another order, and is refused: linked_to_other_order  [a coupon is linked to an order]',
  'links a coupon to an order with a request number that was used  [an associate request number was used]',
  'links a usable coupon to an order  [a user holds a usable coupon]',
  'links a used coupon to an order, and is refused: not_usable  [a coupon is used]',
  "looks up a paid order by the merchant's number  [an order is paid]",
  "looks up an unpaid order by the merchant's number  [an order is unpaid]",
  'queries a coupon of a user that is linked to an order  [a coupon is linked to an order]',
  'reads in the plaintext of COUPON.SEND that a user received a coupon',
  'reads in the plaintext of TRANSACTION.SUCCESS that an order was paid',
  'redeems a usable coupon, with stock_id and openid  [a user holds a usable coupon]',
  'refunds a paid order, whole or in part, with out_trade_no  [an order is paid]',
  'unlinks a coupon that is linked to the order  [a coupon is linked to an order]',
]

/** Broken servers that the program's calls are enough to notice. */
const NOTICED = [
  'associate: field renamed',
  'associate: time in UTC',
  'associate: USED coupon accepted',
  'associate: coupon linked to another order accepted',
  'associate: repeated number answered with a new time',
  'disassociate: answers with the field of associate',
  'query: order of the link missing',
  'use: openid missing',
  'code in lower case',
  '2xx unsigned',
  'wrong signatures accepted',
  'certificate encrypted with another key',
  'callback: unsigned',
  'callback: time in UTC',
]

describe.skipIf(missing)(missing ? `${title}: not run: ${missing}` : title, () => {
  let directory: string
  let file: string
  const said: string[] = []
  const texts: string[] = []

  beforeAll(async () => {
    await install(sdk, (text) => process.stderr.write(`contracts: ${text}\n`))
    directory = await mkdtemp(join(tmpdir(), 'wechatpay-recorded-'))
    file = join(directory, 'python-shop.json')
    for (const name of ['python-shop.json', 'python-shop.json', 'python-shop.json', 'anew.json']) {
      const { code, stdout, stderr } = await recordRun(sdk, join(directory, name))
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      said.push(stdout)
      texts.push(await readFile(join(directory, name), 'utf8'))
    }
  }, INSTALL_LIMIT_MS)

  afterAll(async () => {
    if (directory) await rm(directory, { recursive: true })
  })

  test('has the same bytes after each of three runs with numbers of their own, and verifies', async () => {
    const leftOut = [
      'left out: GET /v3/certificates 401: it is not signed, as WeChat Pay asks of every call',
      'left out: GET /v3/nothing 404, 2 times: the mock does not serve this path',
    ]
    const all = RECORDED.length
    const sum = (added: number, kept: number) =>
      `${file}: ${added} interactions added, ${kept} already there; of 15 calls and 2 callbacks 3 left out`

    expect(said.slice(0, 3).map((text) => text.trimEnd().split('\n'))).toEqual([
      [...RECORDED.map((line) => `+ ${line}`), ...leftOut, sum(all, 0)],
      [...leftOut, sum(0, all)],
      [...leftOut, sum(0, all)],
    ])
    expect(texts.map((text) => text === texts[0])).toEqual([true, true, true, true])
    expect(await spawnCli(['pact', 'verify', file])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${all} interactions, ${all} ok, 0 failed`),
    })
  })

  test.for(representatives(NOTICED))('fails on the broken server: %s', async (name) => {
    const server = [...brokenConduct, ...brokenTrust].find((one) => one.name === name)
    if (!server) throw new Error(`There is no broken server ${name}`)

    expect(await verify([file], server.build())).toMatchObject({ ok: false, problems: [] })
  })

  test.for(representatives(benignServers, 1))('passes the benign server: $name', async ({ build }) => {
    expect(await verify([file], build())).toMatchObject({ ok: true, findings: [] })
  })
})

/** Runs the program on a mock of its own, and returns the output of a recording. */
async function recordRun(shopSdk: Sdk, out: string) {
  const server = await startServer({ port: 0 })
  const receiver = await startReceiver(204)
  try {
    const credentials = await server.control.createMerchant()
    await using program = new Program(launchAtBaseUrl(shopSdk, shopSdk.program, credentials))
    await shop(program, server.control, { mchid: credentials.mchid, notifyUrl: receiver.url })
    // Other traffic on such a machine: a health check, and a path with a mistake.
    await fetch(`${server.url}/v3/certificates`, { headers: { accept: '*/*', 'user-agent': 'health' } })
    for (const _ of [1, 2]) await fetch(`${server.url}/v3/nothing`)
    return await spawnCli(['pact', 'record', '--out', out, '--url', server.url, '--consumer', 'python-shop'])
  } finally {
    await server.close(0)
    await receiver.close()
  }
}

/** Plays the steps of a shop's own tests, with different numbers in each run. */
async function shop(
  program: Program,
  control: MockControl,
  { mchid, notifyUrl }: { readonly mchid: string; readonly notifyUrl: string },
): Promise<void> {
  const run = String(randomInt(1e9, 1e10))
  const take = async (step: string, fields: object, outcome: keyof Outcome = 'answer') =>
    expect(await program.take(step, fields)).toEqual({ [outcome]: expect.anything() })
  const [stock_id, openid] = [run, `o${run}ABCDEFGHIJKLMNOPQ`]
  const coupon = { stock_id, coupon_code: `C${run}` }
  const used = { stock_id, coupon_code: `U${run}` }
  const own = { mchid, openid }
  await control.addCoupons([
    { ...own, ...coupon },
    { ...own, ...used, state: 'USED' },
  ])
  const link = { ...coupon, out_trade_no: `ORDER_${run}`, out_request_no: `LINK_${run}` }

  await take('certificates', {})
  await take('associate', link)
  await take('associate', link)
  await take('associate', { ...link, out_trade_no: `OTHER_${run}`, out_request_no: `OTHER_${run}` }, 'refused')
  await take('associate', { ...link, ...used, out_request_no: `USED_${run}` }, 'refused')
  await take('query', { openid, coupon_code: coupon.coupon_code })
  await take('disassociate', { ...link, out_request_no: `UNLINK_${run}` })
  await take('use', {
    ...coupon,
    openid,
    appid: 'wx1234567889999',
    use_time: new Date().toISOString().replace(/\.\d+Z$/, '+00:00'),
    use_request_no: `USE_${run}`,
  })

  const [paid, closed] = [`PAID_${run}`, `CLOSED_${run}`]
  const unpaid = { ...own, state: 'NOTPAY', total: 8_800, notify_url: notifyUrl } as const
  await control.addOrders([
    { ...unpaid, out_trade_no: paid },
    { ...unpaid, out_trade_no: closed },
  ])
  await take('order', { mchid, out_trade_no: paid })
  await control.payOrder(paid, {}, { mchid })
  await control.deliverNotifications({ mchid })
  await take('order', { mchid, out_trade_no: paid })
  const amount = { refund: 3_000, total: 8_800, currency: 'CNY' }
  await take('refund', { out_trade_no: paid, out_refund_no: `REFUND_${run}`, amount })
  await take('close', { mchid, out_trade_no: closed })
  await control.sendNotification({ event_type: 'COUPON.SEND', mchid, url: notifyUrl })
}
