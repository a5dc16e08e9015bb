/**
 * Sends a million mixed calls to `wechatpay-mock serve` in a process of its own and watches its memory: `npm run soak`. SOAK_REQUESTS reduces the
 * number. Ends with 1 if an answer is wrong, or if memory has grown by more than 20 MB since 50,000 calls.
 *
 * Each connection plays a story of its own on coupons of its own, so that every answer is known in advance; after each round the mock is reset, as
 * between the tests of a suite.
 */
import { writeFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, residentMib, start } from '../bench/measure.ts'
import { MemoryProbe } from './held-memory.ts'
import { aboutThisRun, isToBeKept, keepResult } from './results.ts'
import { make, type PlannedCall, type ReadyCall, readyCall } from './signed-calls.ts'

const REQUESTS = Number(process.env.SOAK_REQUESTS ?? 1_000_000)
/** The first sample is the baseline for later memory: by then the JIT, the pools and the journal are at their full size. */
const SAMPLE_EVERY = Math.min(50_000, REQUESTS / 4)
const GROWTH_LIMIT_MIB = 20
const CONNECTIONS = 16
const COUPONS = 8
/** Signatures are valid for five minutes. */
const SIGNED_FOR_MS = 200_000

const BUSIFAVOR = '/v3/marketing/busifavor'
const STOCK = 'SOAK'
const APPID = 'wx233544546545989'

/** The whole life of one coupon, with refused calls around it; 25 calls. */
function story(connection: number, coupon: number): readonly PlannedCall[] {
  const id = `${connection}_${coupon}`
  const openid = `oUser_${id}`
  const names = { stock_id: STOCK, coupon_code: `C${id}` }
  const post = (path: string, body: unknown, status = 200, code?: string): PlannedCall => ({
    method: 'POST',
    target: path.startsWith('/') ? path : `${BUSIFAVOR}/coupons/${path}`,
    body,
    status,
    ...(code !== undefined && { code }),
  })
  const get = (target: string, status = 200): PlannedCall => ({ method: 'GET', target, status })
  const control = (method: string, path: string, body?: unknown, status = 200): PlannedCall => ({
    method,
    target: `/_mock${path}`,
    body,
    status,
    signature: 'none',
  })
  const link = { ...names, out_trade_no: `MCH_${id}`, out_request_no: `LINK_${id}` }
  const use = { ...names, openid, appid: APPID, use_time: '2026-11-25T12:00:00+08:00', use_request_no: `USE_${id}` }
  const order = {
    appid: APPID,
    mchid: '1900000001',
    description: '商品',
    out_trade_no: `MCH_${id}`,
    notify_url: 'https://shop.example/paid',
    amount: { total: 300, currency: 'CNY' },
    payer: { openid },
  }
  return [
    post('associate', link),
    post('associate', link),
    post('associate', { ...link, out_request_no: `LINK_${id}_2`, out_trade_no: 'ANOTHER' }, 400, 'INVALID_REQUEST'),
    post('associate', { ...link, coupon_code: 'NONE', out_request_no: `LINK_${id}_3` }, 400, 'INVALID_REQUEST'),
    { ...post('associate', link, 401, 'SIGN_ERROR'), signature: 'wrong' },
    get(`${BUSIFAVOR}/users/${openid}/coupons/C${id}/appids/${APPID}`),
    post('/v3/pay/transactions/jsapi', order),
    control('POST', `/orders/MCH_${id}/pay`),
    get(`/v3/pay/transactions/out-trade-no/MCH_${id}?mchid=1900000001`),
    post('use', use),
    post('use', use),
    post('use', { ...use, use_request_no: `USE_${id}_2` }, 400, 'RESOURCE_ALREADY_EXISTS'),
    post('use', '{"coupon_code":', 400, 'INVALID_REQUEST'),
    post('use', { ...use, appid: 7 }, 400, 'PARAM_ERROR'),
    post('return', { ...names, return_request_no: `RETURN_${id}` }),
    post('disassociate', { ...link, out_request_no: `UNLINK_${id}` }),
    post('send', { openid, appid: APPID, stock_id: STOCK, out_request_no: `SEND_${id}`, coupon_code: `N${id}` }),
    get(`${BUSIFAVOR}/users/${openid}/coupons?appid=${APPID}&creator_merchant=1900000001`),
    post('deactivate', { ...names, deactivate_request_no: `VOID_${id}` }),
    get(`${BUSIFAVOR}/stocks/${STOCK}`),
    get('/v3/certificates'),
    get('/v3/no/such/path', 404),
    control('GET', `/coupons/${STOCK}/C${id}`),
    control('GET', '/journal/count'),
    control('PATCH', '/settings', { orders: 'sometimes' }, 400),
  ]
}

const world = {
  stocks: [
    {
      stock_id: STOCK,
      coupon_code_mode: 'MERCHANT_API',
      stock_send_rule: { max_coupons: 1_000_000, max_coupons_per_user: 100 },
    },
  ],
  coupons: Array.from({ length: CONNECTIONS * COUPONS }, (_, at) => {
    const id = `${Math.floor(at / COUPONS)}_${at % COUPONS}`
    return { stock_id: STOCK, coupon_code: `C${id}`, openid: `oUser_${id}` }
  }),
}
const seed = join(tmpdir(), `wechatpay-mock-soak-${process.pid}.json`)
writeFileSync(seed, JSON.stringify(world))

const server = await start(
  ['--inspect=127.0.0.1:0', bin, 'serve', '--port', '0', '--json', '--quiet', '--seed', seed],
  'pipe',
)
const probe = await MemoryProbe.connect(server.child)
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
const stories = Array.from({ length: CONNECTIONS }, (_, connection) =>
  Array.from({ length: COUPONS }, (_, coupon) => story(connection, coupon)).flat(),
)
const reset: ReadyCall = { method: 'POST', target: '/_mock/reset', headers: {}, body: '', status: 204 }

let ready: ReadyCall[][] = []
let signedAt = Number.NEGATIVE_INFINITY
let done = 0
/** Memory after a collection, in MiB, by the number of answered calls. */
const samples: { readonly done: number; readonly mib: number }[] = []
let mostResidentMib = 0
const began = Date.now()
let nextSample = SAMPLE_EVERY

try {
  while (done < REQUESTS) {
    if (Date.now() - signedAt > SIGNED_FOR_MS) {
      ready = await Promise.all(stories.map((calls) => Promise.all(calls.map(readyCall))))
      signedAt = Date.now()
    }
    await Promise.all(
      ready.map(async (calls) => {
        for (const call of calls) {
          await make(call, server.url, agent)
          done += 1
        }
      }),
    )
    await make(reset, server.url, agent)
    done += 1
    mostResidentMib = Math.max(mostResidentMib, residentMib(server.child.pid))
    if (done >= nextSample) {
      const seconds = (Date.now() - began) / 1_000
      const { heap, external } = await probe.held()
      samples.push({ done, mib: heap + external })
      console.log(
        `${done} calls, ${Math.round(done / seconds)} a second, ${heap.toFixed(1)} MiB of heap and ${external.toFixed(1)} of buffers held, ${residentMib(server.child.pid).toFixed(0)} resident`,
      )
      nextSample = done + SAMPLE_EVERY
    }
  }
} finally {
  probe.close()
  await server.stop()
  agent.destroy()
}

const settled = samples[0]
const last = samples.at(-1)
if (!settled || !last) throw new TypeError(`Memory is looked at after ${SAMPLE_EVERY} calls: let there be more.`)
const grownMib = last.mib - settled.mib
const seconds = Math.round((Date.now() - began) / 1_000)
const columns = {
  calls: done,
  connections: CONNECTIONS,
  seconds,
  'answers that were not right': 0,
  [`MiB held after ${settled.done.toLocaleString('en')}`]: settled.mib.toFixed(1),
  'MiB held at the end': last.mib.toFixed(1),
  'MiB grown': grownMib.toFixed(1),
  'MiB resident at most': Math.round(mostResidentMib),
}
console.table(columns)
if (isToBeKept) keepResult('soak', 'memory', { columns, ...aboutThisRun() })
if (grownMib > GROWTH_LIMIT_MIB) {
  console.error(`Memory has grown by more than ${GROWTH_LIMIT_MIB} MiB.`)
  process.exit(1)
}
