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

/**
 * Makes requests that went through once more, each time with one flaw, and says which of them were not refused. A contract need not say
 * that requests have to be signed: no client of WeChat Pay could be content with a server that lets anybody in.
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
    // All at once: the verifier waits for the answer meanwhile, and not for long.
    const reasons = await Promise.all(
      flaws.map(async (flaw): Promise<Texts[]> => {
        const answer = await send(await resign(request, flaw))
        const { status } = flaw.startsWith('no_') ? commonErrors.header_missing : commonErrors.signature_mismatch
        if (isRefused(answer, status)) return []
        return [notRefused(flaw, answer.status)]
      }),
    )
    return reasons.flat()
  }
}

const notRefused = (flaw: RequestFlaw, status: number): Texts => ({
  en: `Made once more with a flaw (${flaw}), it is not refused: it is answered with ${status}.`,
  zh: `重新发出带有缺陷（${flaw}）的请求，没有被拒绝，状态码 ${status}。`,
})

/** Whether a request was refused before it was known who it is from: such answers are not signed, while those to calls that were let in are. */
function isRefused(answer: WireResponse, status: number): boolean {
  return answer.status === status && headerOf(answer, 'Wechatpay-Signature') === undefined
}
