import type { KeyObject } from 'node:crypto'
import { type AnswerFault, checkAnswer } from '../../src/wire/protocol/check-answer.ts'
import type { ObservedExchange } from './observed-interaction.ts'

/** A key of the platform: a certificate has a serial, and a bare public key may lack its `PUB_KEY_ID_…`. */
export interface PlatformKey {
  readonly serialNo?: string
  readonly publicKey: KeyObject
}

/** The result of checking recorded answers and callbacks. */
export interface SignatureFindings {
  readonly right: number
  readonly wrong: readonly { readonly place: string; readonly fault: AnswerFault }[]
  /** Signatures that the live service made wrong on purpose (签名探测), which a client has to refuse. */
  readonly probes: number
  /** Those without header fields or the bytes of the wire, as some logs have them. */
  readonly unchecked: number
  /** The serials that messages name. */
  readonly serials: readonly string[]
}

/** Checks the signatures of recorded answers and callbacks offline; their age does not count. */
export function checkSignatures(
  exchanges: readonly ObservedExchange[],
  keys: readonly PlatformKey[],
): SignatureFindings {
  const wrong: { place: string; fault: AnswerFault }[] = []
  const serials = new Set<string>()
  let [right, probes, unchecked] = [0, 0, 0]
  for (const { place, told } of exchanges) {
    const { headers, body, exact } = told
    const timestamp = Number(headers.get('wechatpay-timestamp') ?? '')
    const { faults, serialNo } = checkAnswer(
      { header: (name) => headers.get(name.toLowerCase()), body: body ?? Buffer.alloc(0) },
      { keyOf: (serial) => keyOf(serial, keys), now: timestamp * 1_000 },
    )
    const [fault] = faults
    if (fault === 'header_missing' || !body || !exact) unchecked += 1
    else if (faults.includes('probe')) probes += 1
    else if (fault === undefined) right += 1
    else wrong.push({ place, fault })
    if (serialNo !== '') serials.add(serialNo)
  }
  return { right, wrong, probes, unchecked, serials: [...serials] }
}

function keyOf(serial: string, keys: readonly PlatformKey[]): KeyObject | undefined {
  return keys.find(({ serialNo = serial }) => serialNo.toUpperCase() === serial.toUpperCase())?.publicKey
}
