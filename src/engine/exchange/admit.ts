import type { WireRequest } from '../http-message.ts'
import type { AuthenticationFailure } from './authenticate.ts'
import type { ExchangeParts, Notes } from './exchange-parts.ts'
import { type Caller, type Outcome, refusal } from './outcome.ts'

/**
 * Refuses a request that failed authentication in strict mode; in lenient mode returns the merchant it is attributed to. The journal gets the
 * reason either way.
 *
 * @param signatures the instant against which timestamps of signatures are checked, epoch milliseconds
 */
export async function admitOrRefuse(
  parts: Pick<ExchangeParts, 'diagnoses' | 'settings' | 'defaultMerchant'>,
  failure: AuthenticationFailure,
  request: WireRequest,
  { id, signatures }: { readonly id: string; readonly signatures: number },
  { remarks }: Pick<Notes, 'remarks'>,
): Promise<Caller | Outcome> {
  const { remark, header } = await parts.diagnoses.ofFailure(failure, request, { id, now: signatures })
  remarks.push(remark)
  const admitted = admit(parts, failure)
  if (admitted) return admitted
  const { error, claimed, withoutRequestId } = failure
  return {
    ...refusal(error),
    ...(withoutRequestId && { internalCode: undefined }),
    ...(claimed && { mchid: claimed.mchid }),
    ...(header !== undefined && { diagnosis: header }),
  }
}

/** The merchant that lenient mode attributes the request to; none in strict mode. */
function admit(
  { settings, defaultMerchant }: Pick<ExchangeParts, 'settings' | 'defaultMerchant'>,
  { check, claimed }: AuthenticationFailure,
): Caller | undefined {
  if (settings().auth === 'strict') return undefined
  const saysNobody = check === 'headers' || check === 'authorization' || check === 'scheme'
  const merchant = claimed ?? (saysNobody ? defaultMerchant : undefined)
  return merchant && { merchant, brand: false }
}
