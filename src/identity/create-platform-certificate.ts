import type { Platform, PlatformCertificate } from '../engine/keys/merchants.ts'
import { createKeyPair, toPem } from '../x509/keys.ts'

/** How much earlier than now a new certificate begins: SDKs drop one that is not valid yet by their own clock, which may lag. */
const LEAD_MS = 3_600_000

/** How long it is valid (protocol.md 6, documented). */
const YEARS = 5

/** The years that both a certificate and the control API can write. */
const EARLIEST = Date.parse('1000-01-01T00:00:00Z')
const LATEST = Date.parse('9999-12-31T23:59:59+08:00')

/**
 * Makes a platform certificate with keys of its own, issued as those before it. Certificates come from node-forge, which is loaded here
 * and not before.
 *
 * It is valid from an hour ago, for five years, by the clocks that are given: the mock's, and where clients do not have that one, theirs. By
 * the clock of nobody else: where the mock lives in 2040, a client that lives today takes it for one of the future.
 *
 * @param clocks what they show, epoch milliseconds; the certificate is valid at each
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

/** Whole seconds, which is what a certificate can say. */
function beginning(now: number): number {
  return Math.max(Math.floor((now - LEAD_MS) / 1_000) * 1_000, EARLIEST)
}

function end(now: number): number {
  const date = new Date(beginning(now))
  return Math.min(date.setUTCFullYear(date.getUTCFullYear() + YEARS), LATEST)
}
