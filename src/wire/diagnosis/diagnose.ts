import type { Authorization } from '../protocol/authorization.ts'
import { requestMessage, signedBody, signedTarget } from '../protocol/message.ts'
import { bodyVariants } from './body.ts'
import {
  type Difference,
  endVariants,
  firstDifference,
  LINES,
  ORDER_VARIANTS,
  SEPARATOR_VARIANTS,
  USUAL_ENDS,
} from './difference.ts'
import type { DigestAlgorithm } from './recover.ts'
import { type Found, type SearchSpace, searchMessage } from './search.ts'
import { atMost, identify, type KnownKey, keyCauses, MAX_KEYS } from './signer.ts'
import { urlVariants } from './url.ts'
import { type Cause, cause, type Variant, Variants } from './variant.ts'
import { type Effort, Work, workLimit } from './work.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']

/** Candidates for the signed method. @internal */
export function methodVariants(method: string): readonly Variant<string>[] {
  const variants = new Variants(method, (text) => text)
  const lower = method.toLowerCase()
  const capitalised = method.slice(0, 1) + lower.slice(1)
  variants.add(lower, [cause('method_case', lower)], 1)
  for (const other of METHODS) {
    if (other !== method)
      variants.add(other, [cause('method_other', other)], other === 'GET' || other === 'POST' ? 2 : 3)
  }
  variants.add(capitalised, [cause('method_case', capitalised)], 3)
  for (const other of METHODS) {
    const written = other.toLowerCase()
    if (other !== method) variants.add(written, [cause('method_other', written)], 3)
  }
  variants.add('', [cause('method_missing')], 3)
  return variants.list
}

/** Candidates for the signed nonce. A different random text cannot be found. */
export function nonceVariants(nonce: string, timestamp: string): readonly Variant<string>[] {
  const variants = new Variants(nonce, (text) => text)
  variants.add('', [cause('nonce_missing')], 1)
  variants.add(nonce.toUpperCase(), [cause('nonce_case', 'upper')], 2)
  variants.add(nonce.toLowerCase(), [cause('nonce_case', 'lower')], 2)
  variants.add(timestamp, [cause('nonce_is_timestamp')], 3)
  variants.add(nonce.replaceAll('-', ''), [cause('nonce_dashes', 'without')], 2)
  if (/^[0-9a-f]{32}$/i.test(nonce)) {
    const uuid = nonce.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
    variants.add(uuid, [cause('nonce_dashes', 'with')], 2)
  }
  return variants.list
}

/** Maximum distance between the header's timestamp and those searched, in seconds. */
const SEARCHED_SECONDS = 600
/** Maximum distance combined with other mistakes: the clock was read twice. */
const COMBINED_SECONDS = 3
const HOUR = 3_600

const isSeconds = (timestamp: string): boolean => /^\d{1,12}$/.test(timestamp)

/** Candidates for the signed timestamp, apart from those of {@link searchedTimestamps}. */
export function timestampVariants(timestamp: string): readonly Variant<string>[] {
  const variants = new Variants(timestamp, (text) => text)
  variants.add('', [cause('timestamp_missing')], 3)
  if (!isSeconds(timestamp)) return variants.list
  variants.add(`${timestamp}000`, [cause('timestamp_milliseconds', `${timestamp}000`)], 1)
  const addZone = (hours: number, rank: 2 | 'alone') => {
    for (const sign of [1, -1]) {
      const other = String(Number(timestamp) + sign * hours * HOUR)
      variants.add(other, [cause('timestamp_time_zone', other)], rank)
    }
  }
  // China's first.
  addZone(8, 2)
  for (let seconds = 1; seconds <= COMBINED_SECONDS; seconds += 1) {
    for (const sign of [-1, 1]) addDifference(variants, timestamp, sign * seconds, 2)
  }
  for (let hours = 1; hours <= 14; hours += 1) addZone(hours, 'alone')
  return variants.list
}

function addDifference(variants: Variants<string>, timestamp: string, seconds: number, rank: 2 | 'alone'): void {
  const other = String(Number(timestamp) + seconds)
  variants.add(other, [cause('timestamp_differs', other)], rank)
}

/** The same second with its milliseconds: a thousand, so never combined with other mistakes. */
export function millisecondTimestamps(timestamp: string): readonly Variant<string>[] {
  if (!isSeconds(timestamp)) return []
  return Array.from({ length: 999 }, (_, index) => {
    const value = timestamp + String(index + 1).padStart(3, '0')
    return { value, causes: [cause('timestamp_milliseconds', value)], rank: 'alone' }
  })
}

/** Every second of the neighbourhood, nearest first. */
export function searchedTimestamps(timestamp: string): readonly Variant<string>[] {
  if (!isSeconds(timestamp)) return []
  const variants = new Variants(timestamp, (text) => text)
  for (let seconds = COMBINED_SECONDS + 1; seconds <= SEARCHED_SECONDS; seconds += 1) {
    for (const sign of [-1, 1]) addDifference(variants, timestamp, sign * seconds, 'alone')
  }
  return variants.list
}

/** A request whose signature does not verify, and the known candidates for its sender. */
export interface SignatureFailure {
  readonly request: {
    readonly method: string
    /** Path and query as in the request line. */
    readonly target: string
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string>>
    readonly body: Uint8Array
  }
  readonly authorization: Authorization
  /** The key under which the signature must verify. */
  readonly key: KnownKey
  /** Other keys that may have made it, likeliest first; at most {@link MAX_KEYS} are tried. */
  readonly otherKeys?: Iterable<KnownKey>
  /** The merchant's APIv2 key (API密钥) and APIv3 key, which some clients put into the message. */
  readonly apiV2Key?: string
  readonly apiV3Key?: string
}

interface Proved {
  /** The message that should have been signed. */
  readonly expectedMessage: Buffer
  /** Work of each search: for a single mistake, and for several, if that was necessary. */
  readonly work: readonly [single: Work, several?: Work]
}

/** Why a signature does not verify, as far as it is certain. */
export type Diagnosis =
  /** Fully explained: the message that these causes produce matches the signature. */
  | (Proved & {
      readonly verdict: 'proved'
      readonly causes: readonly [Cause, ...Cause[]]
      readonly signedMessage: Buffer
      /** Left out if the message is right, and something else is not. */
      readonly difference?: Difference
    })
  /** The signature is right. */
  | (Proved & { readonly verdict: 'verifies'; readonly causes: readonly [] })
  /** The key that signed is known, and the digest, but not how the message was built. */
  | (Proved & {
      readonly verdict: 'message_unknown'
      /** Causes that are certain nevertheless: another key, another digest, another encoding of the signature. */
      readonly causes: readonly Cause[]
      readonly signer: KnownKey
      readonly algorithm: DigestAlgorithm
      /** Digest of the signed message, hex; a PSS signature does not reveal it. */
      readonly digest?: string
      /** The signed message, if the client padded it itself and thus reveals it. */
      readonly signedMessage?: Buffer
      readonly difference?: Difference
    })
  /** Has the form of a signature, but none of the known keys made it. */
  | (Proved & {
      readonly verdict: 'key_unknown'
      readonly causes: readonly Cause[]
      /**
       * Whether none of the known keys can have made it; otherwise the work ran out before all were tried, or before a deciding message was found.
       */
      readonly certain: boolean
    })
  /** Not base64, or not the length of a signature. */
  | (Proved & { readonly verdict: 'not_a_signature'; readonly causes: readonly [Cause] })

/**
 * Explains why the signature of a request does not verify.
 *
 * The signature reveals the digest that the client signed. Candidate messages are hashed until one has that digest, so a cause is proved, never
 * guessed; if no candidate fits, the verdict says what is certain.
 *
 * The work is bounded whatever the request is, and counted in bytes, so that the same request always gets the same diagnosis:
 * - `single`: 512 KiB hashed and written, whatever the body; looks for one mistake alone; some tenths of a millisecond;
 * - `request`: then 8 MiB, or less with a body of more than 16 KiB ({@link workLimit}); looks for two mistakes at once as well; some milliseconds;
 * - `thorough`: then 192 MiB instead, and 64 bytes for each byte of the body; looks for three at once; up to some tenths of a second.
 *
 * At most 560 KiB of that, or a sixteenth if that is more, or a quarter for a single mistake, goes into rewriting bodies and addresses. Every candidate
 * counts as 1,024 bytes more than its length, and every key as 32,768. JSON is read up to 64 KiB, 64 deep and 4,000 values; queries up to 4,096
 * characters and 32 parameters; both up to 2 KiB for a single mistake. MD5 and SHA-1 of a body of more than 16 KiB are tried by `thorough` only.
 * {@link MAX_KEYS} keys are tried, each with a few readings of the signature and its reverse.
 *
 * @param before the diagnosis with the effort `single`, if it has been made
 */
export function diagnoseSignature(
  failure: SignatureFailure,
  effort: Effort = 'request',
  before?: Diagnosis,
): Diagnosis {
  // An iterable may be read only once, and there are two searches.
  const otherKeys = atMost(MAX_KEYS - 1, failure.otherKeys ?? [])
  const search = (within: Effort, earlier?: Work) =>
    diagnoseWithin({ ...failure, otherKeys }, new Work(workLimit(within, failure.request.body.length), within, earlier))
  const single = before ?? search('single')
  if (effort === 'single' || isFinal(single)) return single
  const several = search(effort, single.work[0])
  return { ...several, work: [single.work[0], several.work[0]] }
}

/** Whether more work cannot find more. */
export function isFinal(diagnosis: Diagnosis): boolean {
  const { verdict } = diagnosis
  return verdict === 'key_unknown' ? diagnosis.certain : verdict !== 'message_unknown'
}

/** One search of {@link diagnoseSignature}. @internal */
export function diagnoseWithin(failure: SignatureFailure, work: Work): Diagnosis {
  const { request, authorization, key } = failure
  const body = signedBody(request.headers['content-type'], request.body)
  const { timestamp, nonce, signature } = authorization
  const expectedMessage = requestMessage({
    method: request.method,
    target: signedTarget(request.target),
    timestamp,
    nonce,
    body,
  })
  return diagnoseMessage(
    { signature, key, otherKeys: failure.otherKeys ?? [], expectedMessage },
    () => searchSpace(failure, body, work),
    work,
  )
}

/** Finds the key and the message of a signature. */
export function diagnoseMessage(
  {
    signature,
    key,
    otherKeys,
    expectedMessage,
  }: {
    readonly signature: string
    readonly key: KnownKey
    readonly otherKeys: Iterable<KnownKey>
    readonly expectedMessage: Buffer
  },
  space: () => SearchSpace,
  work: Work,
): Diagnosis {
  const keys = [key, ...atMost(MAX_KEYS - 1, otherKeys)]
  const signers = work.signersBy(() => identify(signature, keys, () => work.takeKey()))
  const proved: Proved = { expectedMessage, work: [work] }
  if ('fault' in signers) return { verdict: 'not_a_signature', causes: [signers.fault], ...proved }

  for (const { signer, recovered, reading } of signers.found) {
    const before = [...keyCauses(signer, key), ...recovered.causes, ...reading.causes]
    const found = searchMessage(space(), recovered, work)
    if (found) return explained(found, before, proved)
    if (!recovered.certain) continue
    const { algorithm, digest, message } = recovered
    const difference = message && firstDifference(expectedMessage, message)
    return {
      verdict: 'message_unknown',
      causes: before,
      signer,
      algorithm,
      ...(digest !== undefined && !message && { digest }),
      ...(message && { signedMessage: message }),
      ...(difference && { difference }),
      ...proved,
    }
  }
  const certain = signers.complete && signers.found.length === 0
  return { verdict: 'key_unknown', causes: signers.causes, certain, ...proved }
}

function explained(found: Found, before: readonly Cause[], proved: Proved): Diagnosis {
  const [first, ...rest] = [...before, ...found.causes]
  if (!first) return { verdict: 'verifies', causes: [], ...proved }
  const difference = firstDifference(proved.expectedMessage, found.message)
  return {
    verdict: 'proved',
    causes: [first, ...rest],
    signedMessage: found.message,
    ...(difference && { difference }),
    ...proved,
  }
}

function searchSpace(failure: SignatureFailure, body: Uint8Array, work: Work): SearchSpace {
  const { request, authorization, apiV2Key, apiV3Key } = failure
  const { method, headers } = request
  const target = signedTarget(request.target)
  const { timestamp, nonce, identity, serialNo } = authorization
  return {
    usual: {
      method,
      url: target,
      timestamp,
      nonce,
      body: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      order: LINES,
      separator: '\n',
      ends: USUAL_ENDS,
    },
    variants: {
      method: () => methodVariants(method),
      url: () => urlVariants(target, headers.host, work),
      timestamp: () => timestampVariants(timestamp),
      nonce: () => nonceVariants(nonce, timestamp),
      body: () => bodyVariants(body, request.body, target, work),
      order: () => ORDER_VARIANTS,
      separator: () => SEPARATOR_VARIANTS,
      ends: () =>
        endVariants({
          identity,
          serialNo,
          ...(apiV2Key !== undefined && { apiV2Key }),
          ...(apiV3Key !== undefined && { apiV3Key }),
        }),
    },
    milliseconds: () => millisecondTimestamps(timestamp),
    seconds: () => searchedTimestamps(timestamp),
  }
}
