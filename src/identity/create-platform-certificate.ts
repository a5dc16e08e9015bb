import type { Platform, PlatformCertificate } from '../engine/keys/merchants.ts'
import { createKeyPair, toPem } from '../x509/keys.ts'

/** How long before now a new certificate begins: SDKs drop one that is not yet valid by their own clock, which may lag. */
const LEAD_MS = 3_600_000

/** How long a certificate is valid (protocol.md 6, documented). */
const YEARS = 5

/** The years that both a certificate and the control API can express. */
const EARLIEST = Date.parse('1000-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59+08:00')

/**
 * Creates a platform certificate with its own keys, issued like the previous ones. Certificates come from node-forge, which is loaded only here.
 *
 * It is valid from an hour ago, for five years, by every given clock: the mock's, and the clients' if that differs. No other clock counts: if the
 * mock lives in 2040, a client that lives today considers the certificate not yet valid.
 *
 * @param clocks their times, epoch milliseconds; the certificate is valid at each
 */
export async function createPlatformCertificate(
  platform: Platform,
  clocks: readonly [number, ...number[]],
): Promise<PlatformCertificate> {
  const { createCertificate, createSerialNo } = await import('../x509/certificates.ts')
  const { privateKey, publicKey } = await createKeyPair()
  const serialNo = createSerialNo()
  const from = beginning(Math.min(...clocks))
  const until = end(Math.max(...clocks))
  const certificate = createCertificate({
    serialNo,
    subject: {
      commonName: 'wechatpay-mock platform certificate',
      organization: '微信支付平台（仅供测试 TEST ONLY）',
      unit: 'wechatpay-mock',
    },
    publicKey: toPem(publicKey),
    issuerKey: toPem(platform.certificates[0].privateKey),
    from,
    until,
  })
  return { serialNo, privateKey, publicKey, certificate, from, until }
}

/** Rounds to whole seconds, the precision of a certificate. */
function beginning(now: number): number {
  return Math.max(Math.floor((now - LEAD_MS) / 1_000) * 1_000, EARLIEST)
}

function end(now: number): number {
  const date = new Date(beginning(now))
  return Math.min(date.setUTCFullYear(date.getUTCFullYear() + YEARS), LATEST)
}
