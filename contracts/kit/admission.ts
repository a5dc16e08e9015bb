import { REQUEST_FLAWS, type RequestFlaw } from '../../src/control/provider-states/state.ts'
import { pathOf, type WireRequest, type WireResponse } from '../../src/engine/http-message.ts'
import { gatewayAt, type Product } from '../../src/engine/product.ts'
import { headerOf } from '../../src/testing/answer-faults.ts'
import { REQUEST_FORMS, type RequestForm, type Resign } from '../../src/traffic/recording/resign.ts'
import { SIGNATURE_TYPE, schemeFor } from '../../src/wire/protocol/authorization.ts'
import { commonErrors } from '../../src/wire/protocol/common-errors.ts'
import { parseJsonObject } from '../../src/wire/protocol/json-object.ts'
import type { Texts } from '../../src/wire/shared/texts.ts'

/** How to repeat a request. */
export interface Repetition {
  readonly resign: Resign
  /** Gives what signs with the certificate of the sender in the name of another merchant; `undefined` if no other is known. */
  readonly resignAsAnother: () => Promise<Resign | undefined>
  readonly send: (request: WireRequest) => Promise<WireResponse>
  /** Serials of the platform keys that the sender has. */
  readonly platformSerials: readonly string[]
}

const SERIAL = 'wechatpay-serial'

/** A serial that does not belong to a platform key. */
const UNKNOWN_SERIAL = '0'.repeat(40)

/**
 * Repeats successful requests, each time with one flaw, and reports those that were not refused; and in other forms that are right as well, and reports
 * those whose sender was not let in. A contract need not say that requests must be signed: no client of WeChat Pay could accept a server that lets
 * anybody in, that signs with another key than the client asks for or refuses the key, or that knows the SDK of one client only.
 *
 * Each call, by method and path, is checked once; in the name of another merchant, once there is one.
 *
 * @param products of the provider, whose gateways differ
 */
export function admissionCheck(
  products: readonly Product[],
): (request: WireRequest, repetition: Repetition) => Promise<Texts[]> {
  const seen = new Set<string>()
  const posed = new Set<string>()
  return async (request, { resign, resignAsAnother, send, platformSerials }) => {
    const path = pathOf(request.target)
    const call = `${request.method} ${path}`
    const asAnother = async (): Promise<Texts[]> => {
      // A brand signs in the name of the brand.
      const pose = !posed.has(call) && schemeFor(request.target) === SIGNATURE_TYPE && (await resignAsAnother())
      if (!pose) return []
      posed.add(call)
      const answer = await send(await pose(request))
      const what = { en: 'the mchid of another merchant', zh: 'mchid 属于另一商户' }
      return isRefused(answer, commonErrors.signature_mismatch.status) ? [] : [notRefused(what, answer)]
    }
    if (seen.has(call)) return asAnother()
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
      const asking = { ...request, headers: { ...request.headers, [SERIAL]: UNKNOWN_SERIAL } }
      const answer = await send(await resign(asking))
      if (answer.status === commonErrors.platform_serial_unknown.status) return []
      return [
        notRefused(
          { en: 'a Wechatpay-Serial that no platform key has', zh: 'Wechatpay-Serial 不对应任何平台密钥' },
          answer,
        ),
      ]
    }
    /** Names a platform key. An empty serial, which SDKs send, names none. */
    const askingFor = async (serial: string): Promise<Texts[]> => {
      const asking = { ...request, headers: { ...request.headers, [SERIAL]: serial } }
      const answer = await send(await resign(asking))
      const { status, code } = commonErrors.platform_serial_unknown
      if (answer.status === status && parseJsonObject(answer.body)?.code === code) return [keyRefused(serial, answer)]
      const given = headerOf(answer, 'Wechatpay-Serial')
      return serial === '' || given === undefined || given === serial ? [] : [otherKey(serial, given)]
    }
    // Fields may be encrypted with the key that a request names.
    const serials = request.headers[SERIAL] === undefined ? [...platformSerials, ''] : []
    const inForm = async (form: RequestForm): Promise<Texts[]> => {
      const { status } = await send(await resign(request, form))
      return status === commonErrors.signature_mismatch.status ? [notLetIn(form)] : []
    }
    // Concurrent: the verifier is waiting for the answer, and not for long.
    const checks = [
      ...flaws.map(withFlaw),
      withSerial(),
      ...serials.map(askingFor),
      ...REQUEST_FORMS.map(inForm),
      asAnother(),
    ]
    return (await Promise.all(checks)).flat()
  }
}

const notRefused = (what: Texts, { status }: WireResponse): Texts => ({
  en: `Made once more with ${what.en}, it is not refused: it is answered with ${status}.`,
  zh: `再发一次，${what.zh}，却没有被拒绝，状态码 ${status}。`,
})

const notLetIn = (form: RequestForm): Texts => ({
  en: `Made once more in another form that is right as well (${form}), it is answered with 401.`,
  zh: `换一种同样正确的写法（${form}）再发一次，却得到 401。`,
})

const keyRefused = (serial: string, { status }: WireResponse): Texts => ({
  en: `Made once more with ${serial === '' ? 'an empty Wechatpay-Serial' : `the Wechatpay-Serial ${serial}`}, it is refused with ${status}.`,
  zh: `再发一次，Wechatpay-Serial ${serial === '' ? '为空' : `为 ${serial}`}，却被拒绝，状态码 ${status}。`,
})

const otherKey = (asked: string, given: string): Texts => ({
  en: `Made once more with the Wechatpay-Serial ${asked}, it is answered with the key ${given}.`,
  zh: `再发一次，Wechatpay-Serial 为 ${asked}，应答却用 ${given} 签名。`,
})

/** Whether a request was refused before its sender was identified: such answers are unsigned, while those to authenticated calls are signed. */
function isRefused(answer: WireResponse, status: number): boolean {
  return answer.status === status && headerOf(answer, 'Wechatpay-Signature') === undefined
}
