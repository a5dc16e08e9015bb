import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { gatewayAt, type Product } from '../../src/engine/product.ts'
import { commonErrors } from '../../src/protocol/common-errors.ts'
import { REQUEST_FLAWS, type RequestFlaw } from '../../src/provider-states/next-request.ts'
import type { Resign } from '../../src/recording/resign.ts'
import type { Texts } from '../../src/shared/texts.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'

/** How a request can be made again. */
export interface Repetition {
  readonly resign: Resign
  readonly send: (request: WireRequest) => Promise<WireResponse>
}

/** A serial that no platform key has. */
const UNKNOWN_SERIAL = '0'.repeat(40)

/**
 * Makes requests that went through once more, each time with one flaw, and says which of them were not refused. A contract need not say
 * that requests have to be signed: no client of WeChat Pay could be content with a server that lets anybody in, or that signs with another key than the
 * client asks for.
 *
 * Each call, by method and path, is looked at once.
 *
 * @param products those of the provider, whose gateways differ
 */
export function admissionCheck(
  products: readonly Product[],
): (request: WireRequest, repetition: Repetition) => Promise<Texts[]> {
  const seen = new Set<string>()
  return async (request, { resign, send }) => {
    const path = pathOf(request.target)
    const call = `${request.method} ${path}`
    if (seen.has(call)) return []
    seen.add(call)
    const { headers } = gatewayAt(products, path).authentication ?? {}
    const flaws = REQUEST_FLAWS.filter((flaw) => headers !== 'optional' || !flaw.startsWith('no_'))
    const withFlaw = async (flaw: RequestFlaw): Promise<Texts[]> => {
      const answer = await send(await resign(request, flaw))
      const { status } = flaw.startsWith('no_') ? commonErrors.header_missing : commonErrors.signature_mismatch
      return isRefused(answer, status)
        ? []
        : [notRefused({ en: `a flaw (${flaw})`, zh: `带有缺陷（${flaw}）` }, answer)]
    }
    const withSerial = async (): Promise<Texts[]> => {
      const asking = { ...request, headers: { ...request.headers, 'wechatpay-serial': UNKNOWN_SERIAL } }
      const answer = await send(await resign(asking))
      if (answer.status === commonErrors.platform_serial_unknown.status) return []
      return [
        notRefused(
          { en: 'a Wechatpay-Serial that no platform key has', zh: 'Wechatpay-Serial 不对应任何平台密钥' },
          answer,
        ),
      ]
    }
    // All at once: the verifier waits for the answer meanwhile, and not for long.
    return (await Promise.all([...flaws.map(withFlaw), withSerial()])).flat()
  }
}

const notRefused = (what: Texts, { status }: WireResponse): Texts => ({
  en: `Made once more with ${what.en}, it is not refused: it is answered with ${status}.`,
  zh: `再发一次，${what.zh}，却没有被拒绝，状态码 ${status}。`,
})

/** Whether a request was refused before it was known who it is from: such answers are not signed, while those to calls that were let in are. */
function isRefused(answer: WireResponse, status: number): boolean {
  return answer.status === status && headerOf(answer, 'Wechatpay-Signature') === undefined
}
