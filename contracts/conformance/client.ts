import { Wechatpay } from 'wechatpay-axios-plugin'
import { createMerchantClient, type MerchantRequest } from '../../src/testing/merchant-client.ts'
import type { Connection } from '../kit/index.ts'
import { rawSender } from '../kit/raw-http.ts'

export const COUPON = { stock_id: '100088', coupon_code: 'sxxe34343434' } as const

export const HELD = { ...COUPON, openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' } as const

export const ORDER = { out_trade_no: 'MCH_102233445' } as const

/** Request that links {@link COUPON} to {@link ORDER}, or removes the link. */
export const LINK = { ...COUPON, ...ORDER, out_request_no: '1002600620019090123143254435' } as const

/** When a request was made before the one of the interaction. */
export const FIRST_TIME = '2026-01-05T10:20:30+08:00'

/** A day after {@link FIRST_TIME}. */
export const NEXT_DAY = '2026-01-06T10:20:30+08:00'

/** `wechatpay-axios-plugin` as a shop sets it up. */
export function shop({ url, credentials }: Connection): Wechatpay {
  const [certificate] = credentials.platform_certificates
  const { platform_public_key: publicKey } = credentials
  return new Wechatpay({
    mchid: credentials.mchid,
    serial: credentials.merchant_serial_no,
    privateKey: credentials.merchant_private_key,
    certs: {
      ...(certificate && { [certificate.serial_no]: certificate.certificate }),
      ...(publicKey && { [publicKey.id]: publicKey.public_key }),
    },
    baseURL: url,
  })
}

/** Result of a call as a shop sees it. */
export interface Outcome {
  readonly status: number | undefined
  readonly data: unknown
}

/** Status and body of an answer that the SDK has verified, or of a refusal that it throws. */
async function outcomeOf(call: Promise<{ readonly status: number; readonly data: unknown }>): Promise<Outcome> {
  try {
    const { status, data } = await call
    return { status, data }
  } catch (error) {
    if (error instanceof Error && 'response' in error && typeof error.response === 'object' && error.response) {
      const { status, data } = error.response as Outcome
      return { status, data }
    }
    throw error
  }
}

/** Posts through the SDK. */
export function post(connection: Connection, path: string, body: object): Promise<Outcome> {
  return outcomeOf(shop(connection).chain(path.slice(1)).post(body))
}

/** Gets through the SDK. */
export function get(connection: Connection, path: string, params: object = {}): Promise<Outcome> {
  return outcomeOf(shop(connection).chain(path.slice(1)).get(params))
}

/** Sends requests that the SDK would not: wrongly signed ones. */
export async function send({ url, credentials }: Connection, request: MerchantRequest): Promise<Outcome> {
  const sender = rawSender(url)
  try {
    const { status, body } = await createMerchantClient({ credentials, send: sender.send }).request(request)
    return { status, data: body }
  } finally {
    sender.close()
  }
}
