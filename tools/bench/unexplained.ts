import { createPublicKey } from 'node:crypto'
import { signRequest, timestampOf } from 'wechatpay-mock/protocol'
import identity from '../../src/control/identity/well-known-identity.json' with { type: 'json' }
import { diagnoseSignature, type SignatureFailure } from '../../src/wire/diagnosis/index.ts'
import { wellKnownSigner } from '../well-known-signer.ts'
import { PATH } from './associate-requests.ts'
import type { Report, Row } from './report.ts'

const RUNS = 60

interface Call {
  readonly what: string
  readonly method: string
  readonly target: string
  readonly body: string
}

const items = Array.from({ length: 350 }, (_, index) => ({
  goods_id: `G${index}`,
  goods_name: `雪碧柠檬味碳酸饮料 ${index}`,
  url: `https://shop.example/goods/${index}?from=coupon`,
}))

/** One call of each kind, so that the search takes different paths. */
const CALLS: readonly Call[] = [
  {
    what: 'an associate',
    method: 'POST',
    target: PATH,
    body: JSON.stringify({ stock_id: 'BENCH', coupon_code: 'C1', out_trade_no: 'MCH_1', out_request_no: 'R1' }),
  },
  {
    what: 'a query with five parameters',
    method: 'GET',
    target: `/v3/marketing/busifavor/users/oUser/coupons?appid=wx1&stock_id=BENCH&coupon_state=SENDED&offset=0&note=${encodeURIComponent('满一百减十')}`,
    body: '',
  },
  { what: 'a body of 40 KB, half of it Chinese', method: 'POST', target: PATH, body: JSON.stringify({ items }) },
  { what: 'a body of 1 MB', method: 'POST', target: PATH, body: JSON.stringify({ note: '雪碧'.repeat(170_000) }) },
]

/** Time to find that a signature cannot be explained, for each kind of call: the maximum work of a diagnosis. */
export async function benchUnexplained(): Promise<Report> {
  const rows: Row[] = []
  for (const { what, ...request } of CALLS) {
    const failure = await unexplained(request)
    const values: number[] = []
    for (let run = -RUNS / 2; run < RUNS; run++) {
      const began = performance.now()
      const { verdict } = diagnoseSignature(failure)
      const took = performance.now() - began
      if (verdict !== 'message_unknown') throw new Error(`the bench's signature of ${what} is explained: ${verdict}`)
      if (run >= 0) values.push(took)
    }
    rows.push({
      what: `nothing found: ${what}`,
      unit: 'ms',
      digits: 2,
      values,
      aim: { at: 'most', value: 5 },
      note: 'the work is bounded in bytes, 8 MiB, or down to 2,240 KiB with a long body, so that the same request gets the same diagnosis on every machine. Less of it would leave more than 5 of 100 pairs of usual mistakes unexplained while the client waits; the budget for all diagnoses together, measured above, keeps them from honest calls.',
    })
  }
  return { title: `Signatures that nothing explains, in process, ${RUNS} of each kind`, rows }
}

/** A call with a signature that no known mistake explains. */
async function unexplained({ method, target, body }: Omit<Call, 'what'>): Promise<SignatureFailure> {
  const { mchid, serialNo } = identity
  const timestamp = timestampOf(Date.now())
  const nonce = 'unexplained'
  const bytes = Buffer.from(body)
  const other = { method, target: `${target}#${target}`, timestamp, nonce, body: bytes }
  return {
    request: {
      method,
      target,
      headers: { host: 'api.mch.weixin.qq.com', 'content-type': 'application/json' },
      body: bytes,
    },
    authorization: await signRequest(other, wellKnownSigner),
    key: { mchid, serialNo, publicKey: createPublicKey(identity.certificate) },
    apiV3Key: identity.apiV3Key,
  }
}
