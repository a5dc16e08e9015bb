import { type DescribedCause, type DiagnosisTexts, describeCause } from './describe.ts'
import {
  type Diagnosis,
  diagnoseMessage,
  millisecondTimestamps,
  nonceVariants,
  searchedTimestamps,
  timestampVariants,
} from './diagnose.ts'
import { endVariants, type Line, SEPARATOR_VARIANTS, USUAL_ENDS } from './difference.ts'
import type { KnownKey } from './signer.ts'
import { type Cause, cause, permutations, type Variant, Variants } from './variant.ts'
import { Work, workLimit } from './work.ts'

/** The lines of the message that a front end's signature (paySign) is made over, by the parts of a request that stand for them in a search. */
const LINES = { method: 'appId', timestamp: 'timeStamp', nonce: 'nonceStr', body: 'package' } as const

type PayLine = keyof typeof LINES
const ORDER = Object.keys(LINES) as readonly PayLine[]

/** The parameters that a front end hands to the cashier, and the keys and appids that are known. */
export interface PaySign {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  /** The fourth line: `prepay_id=…`, of an app the bare prepay_id. */
  readonly package: string
  readonly paySign: string
  /** `''` if it was left out. */
  readonly signType: string
  /** Must have signed: the merchant's that placed the order. */
  readonly key: KnownKey
  readonly otherKeys: Iterable<KnownKey>
  /** Appids that may have been signed in place of this one: those of the merchant. */
  readonly appids: readonly string[]
}

/** A {@link Diagnosis} of a front end's signature, with the line in which what was signed differs. */
export type PaySignDiagnosis = Diagnosis & { readonly line?: (typeof LINES)[PayLine] }

/**
 * Explains why the signature of a front end does not verify, as that of a request is explained: the search is the same, over four lines.
 * Takes some milliseconds at most.
 */
export function diagnosePaySign(given: PaySign): PaySignDiagnosis {
  const { appId, timeStamp, nonceStr, paySign: signature, signType, key, otherKeys } = given
  const work = new Work(workLimit('request', 0), 'request')
  const expectedMessage = Buffer.from(`${appId}\n${timeStamp}\n${nonceStr}\n${given.package}\n`)
  const diagnosis = diagnoseMessage(
    { signature, key, otherKeys, expectedMessage },
    () => ({
      usual: {
        method: appId,
        url: '',
        timestamp: timeStamp,
        nonce: nonceStr,
        body: Buffer.from(given.package),
        order: ORDER,
        separator: '\n',
        ends: USUAL_ENDS,
      },
      variants: {
        method: () => appidVariants(given),
        url: () => [],
        timestamp: () => timeVariants(timeStamp),
        nonce: () => nonceVariants(nonceStr, timeStamp),
        body: () => packageVariants(given.package),
        order: () => ORDERS,
        separator: () => SEPARATOR_VARIANTS,
        ends: () => [...SIGN_TYPES, ...endVariants({ identity: key.mchid ?? '', serialNo: key.serialNo })],
      },
      milliseconds: () => millisecondTimestamps(timeStamp),
      seconds: () => searchedTimestamps(timeStamp),
    }),
    work,
  )
  // Another type is not judged in any other way.
  const [type] = signType === 'RSA' ? [] : [cause('sign_type_other', signType)]
  if (diagnosis.verdict === 'not_a_signature') {
    // Those of API v2 are digests in hex.
    return /^(?:[\da-f]{32}){1,2}$/i.test(signature) ? { ...diagnosis, causes: [cause('pay_sign_api_v2')] } : diagnosis
  }
  if (diagnosis.verdict === 'verifies' && type) {
    return { ...diagnosis, verdict: 'proved', causes: [type], signedMessage: expectedMessage }
  }
  const { difference } = { difference: undefined, ...diagnosis }
  const line = difference && difference.part !== 'end' ? LINES[ORDER[difference.line - 1] ?? 'body'] : undefined
  return { ...diagnosis, ...(line && { line }) }
}

/** Puts a cause into words: those about requests name a header and five lines. */
export function describePayCause(one: Cause, texts: DiagnosisTexts): DescribedCause {
  const described = describeCause(one, texts)
  const isAboutRequest = described.fix.startsWith(texts.rebuild) || /^(?:timestamp|nonce|key_of)_/.test(one.name)
  return isAboutRequest ? { ...described, fix: texts.rebuildPaySign } : described
}

function appidVariants({ appId, appids }: PaySign): readonly Variant<string>[] {
  const variants = new Variants(appId, (text) => text)
  variants.add('', [cause('appid_missing')], 1)
  for (const other of appids) variants.add(other, [cause('appid_other', other)], 1)
  return variants.list
}

function timeVariants(timeStamp: string): readonly Variant<string>[] {
  const seconds = /^(\d{10})\d{3}$/.exec(timeStamp)?.[1]
  const known: Variant<string>[] = seconds
    ? [{ value: seconds, causes: [cause('timestamp_seconds', seconds)], rank: 1 }]
    : []
  return [...known, ...timestampVariants(timeStamp)]
}

const PREFIX = 'prepay_id='

function packageVariants(text: string): readonly Variant<Buffer>[] {
  const variants = new Variants<Buffer>(Buffer.from(text), (bytes) => bytes.toString())
  const bare = text.replace(PREFIX, '')
  if (bare !== text) variants.add(Buffer.from(bare), [cause('package_prefix_missing')], 1)
  else variants.add(Buffer.from(PREFIX + text), [cause('package_prefix_added')], 1)
  for (const other of ['', 'Sign=WXPay', `package=${text}`, encodeURIComponent(text), `"${text}"`, PREFIX]) {
    variants.add(Buffer.from(other), [cause('package_other', other)], 2)
  }
  return variants.list
}

const names = (lines: readonly PayLine[]) => lines.map((line) => LINES[line]).join(', ')

const ORDERS: readonly Variant<readonly Line[]>[] = [
  ...ORDER.map(
    (line): Variant<readonly Line[]> => ({
      value: ORDER.filter((other) => other !== line),
      causes: [cause('line_missing', LINES[line])],
      rank: 1,
    }),
  ),
  ...permutations(ORDER)
    .slice(1)
    .map((value): Variant<readonly Line[]> => ({ value, causes: [cause('lines_reordered', names(value))], rank: 2 })),
]

/** The type of the signature, which is not signed. */
const SIGN_TYPES: readonly Variant<typeof USUAL_ENDS>[] = ['RSA', 'MD5', 'HMAC-SHA256'].map((type) => ({
  value: { ...USUAL_ENDS, after: (separator) => `${separator}${type}${separator}` },
  causes: [cause('line_added', `signType ${type}`)],
  rank: 2,
}))
