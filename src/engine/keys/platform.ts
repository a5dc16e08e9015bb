import { createPrivateKey, createPublicKey, hash } from 'node:crypto'
import { commonErrors } from '../../wire/protocol/common-errors.ts'
import { ApiError, type ErrorDefinition, UsageError } from '../../wire/protocol/errors.ts'
import { formatInstant } from '../../wire/protocol/instant.ts'
import { DAY_MS, orLastInstant } from '../../wire/shared/china-time.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'
import type { KeyMode, Merchant, Platform, PlatformCertificate, PlatformKey } from './merchants.ts'

/** The key to sign an answer with, and the refusal if the request names a key that does not exist. */
interface PlatformKeyChoice {
  readonly key: PlatformKey
  readonly error?: ApiError
}

/**
 * Chooses the key that signs an answer, from the request's `Wechatpay-Serial` and the merchant's mode (protocol.md 6).
 *
 * Without the header, or with an empty one: the certificate, if the merchant has one. A merchant without the public key always gets the
 * certificate, one with only the public key always gets that. The merchant's own serial counts as no header, since SDKs send it by default
 * (docs/decisions/0005).
 *
 * @param encrypted whether the call has encrypted fields: then the header must name the key, and the merchant's own serial does not count
 * @param publicKeyUnknown the refusal of an unknown public key, if the path has its own
 */
export function choosePlatformKey(
  serialNo: string | undefined,
  {
    mode,
    merchant,
    platform,
    encrypted = false,
    publicKeyUnknown = commonErrors.platform_serial_unknown,
  }: {
    mode: KeyMode
    merchant: Merchant
    platform: Platform
    encrypted?: boolean
    publicKeyUnknown?: ErrorDefinition | undefined
  },
): PlatformKeyChoice {
  const [current] = platform.certificates
  const standard = mode === 'public-key' ? platform.publicKey : current
  const keys = [current.serialNo, platform.publicKey.serialNo] as const
  if (!serialNo) {
    if (!encrypted) return { key: standard }
    const explanation = {
      en: `The call has encrypted fields, and no Wechatpay-Serial: name ${keys.join(' or ')}, whichever they are encrypted with.`,
      zh: `接口含有加密字段，却没有传 Wechatpay-Serial：应为 ${keys.join(' 或 ')}，用哪一个加密就写哪一个。`,
    }
    return { key: standard, error: new ApiError(commonErrors.platform_serial_missing, { explanation }) }
  }
  const isOwn = serialNo.toUpperCase() === merchant.serialNo.toUpperCase()
  if (isOwn && !encrypted) return { key: standard }
  const explanation = {
    en: `Wechatpay-Serial ${serialNo} names no platform key${isOwn ? " but the merchant's own" : ''}: name ${keys.join(' or ')}${encrypted ? '' : ', or leave it out'}.`,
    zh: `Wechatpay-Serial ${serialNo} 不是平台密钥${isOwn ? '，而是商户自己的证书序列号' : ''}：应为 ${keys.join(' 或 ')}${encrypted ? '' : '，也可不传'}。`,
  }

  if (serialNo.startsWith('PUB_KEY_ID_')) {
    if (mode === 'certificate') return { key: current }
    if (serialNo === platform.publicKey.serialNo) return { key: platform.publicKey }
    return { key: standard, error: new ApiError(publicKeyUnknown, { explanation }) }
  }
  const named = platform.certificates.find((certificate) => certificate.serialNo === serialNo.toUpperCase())
  if (!named) return { key: standard, error: new ApiError(commonErrors.platform_serial_unknown, { explanation }) }
  return { key: mode === 'public-key' ? platform.publicKey : named }
}

/**
 * Chooses the key that signs one attempt to deliver a callback, from the merchant's mode. With both keys, `publicKeyShare` percent of the attempts
 * are signed with the public key (protocol.md 6). Id and attempt decide which, so that two runs choose the same.
 *
 * @param attempt 0 for the first attempt
 */
export function chooseCallbackKey({
  mode,
  platform,
  publicKeyShare,
  id,
  attempt,
}: {
  mode: KeyMode
  platform: Platform
  publicKeyShare: number
  id: string
  attempt: number
}): PlatformKey {
  if (mode === 'public-key') return platform.publicKey
  if (mode === 'certificate') return platform.certificates[0]
  // Nothing to draw lots for, as long as a merchant gets what it called with.
  if (publicKeyShare <= 0) return platform.certificates[0]
  if (publicKeyShare >= 100) return platform.publicKey
  const lot = hash('sha256', `${id}:${attempt}`, 'buffer').readUInt32BE() / 2 ** 32
  return lot * 100 < publicKeyShare ? platform.publicKey : platform.certificates[0]
}

const PREFIX = 'asks-for-public-key/'
const keyOf = (mchid: string) => documentKey<boolean>(PREFIX + mchid)

/** Remembers which kind of platform key each merchant last named in a call, or was answered with before it named one. */
export class PreferredKeyKind {
  readonly #documents: Documents

  /** @param documents of the mock's store */
  constructor(documents: Documents) {
    this.#documents = documents
  }

  /** Before a merchant has called it is the public key, which is all that a new merchant gets, and the documentation's programs know. */
  isPublic(mchid: string): boolean {
    return this.#documents.get(keyOf(mchid)) ?? true
  }

  /** Records that a call named no key, and so is answered with the certificate. */
  noteNone(mchid: string): Awaitable<void> {
    if (this.#documents.get(keyOf(mchid)) === undefined) return this.note(mchid, 'certificate')
  }

  /** Records the kind of key that a merchant named in a call. */
  note(mchid: string, kind: 'public' | 'certificate'): Awaitable<void> {
    const wantsPublic = kind === 'public'
    if (this.#documents.get(keyOf(mchid)) === wantsPublic) return
    return this.#documents.update((draft) => draft.put(keyOf(mchid), wantsPublic))
  }

  /** Forgets every merchant, as part of a larger change. */
  clearIn(draft: DocumentsDraft): void {
    for (const name of draft.names(PREFIX)) draft.delete(documentKey(name))
  }
}

/** How long a new certificate is listed before anything is signed with it (protocol.md 6, documented). */
const ANNOUNCED_MS = DAY_MS

/** How long both certificates sign before the old one expires (the length of a day is inferred). */
const CHANGING_MS = DAY_MS

interface Rotation {
  /** When the new certificate is first listed, epoch milliseconds. */
  readonly at: number
  readonly certificate: PlatformCertificate
}

/** A certificate that merchants can download, and whether the platform signs with it by default. */
interface ListedCertificate extends PlatformCertificate {
  readonly inUse: boolean
}

/**
 * The certificates that are listed at an instant; the first is one in use.
 *
 * A rotation announces the new certificate for {@link ANNOUNCED_MS}; then both are in use for {@link CHANGING_MS}, with the old one expiring at
 * the end of that period; then the old one is no longer listed.
 *
 * @param rotations earliest first, without overlaps
 * @internal
 */
export function certificatesAt(
  original: PlatformCertificate,
  rotations: readonly Rotation[],
  now: number,
): readonly [ListedCertificate, ...ListedCertificate[]] {
  let current = original
  for (const { at, certificate } of rotations) {
    const changesAt = at + ANNOUNCED_MS
    const endsAt = changesAt + CHANGING_MS
    if (now < at) break
    if (now < changesAt) {
      return [
        { ...current, inUse: true },
        { ...certificate, inUse: false },
      ]
    }
    if (now < endsAt) {
      return [
        { ...current, until: orLastInstant(endsAt), inUse: true },
        { ...certificate, inUse: true },
      ]
    }
    current = certificate
  }
  return [{ ...current, inUse: true }]
}

/** A rotation as a document of the store, with keys as PEM. */
interface RotationDocument {
  readonly at: number
  readonly certificate: Omit<PlatformCertificate, 'privateKey' | 'publicKey'> & {
    readonly privateKey: string
    readonly publicKey: string
  }
}

const ROTATIONS = documentKey<readonly RotationDocument[]>('rotations')
/** How often the rotations were dropped, so that a rotation prepared meanwhile does not begin. */
const RESETS = documentKey<number>('rotation-resets')

/** The platform's keys over time. The certificate changes on request, the public key never. The rotations are a document of the store. */
export class PlatformKeys {
  readonly #original: Platform
  readonly #documents: Documents
  /** Rotations by their document, so that keys are parsed once. */
  readonly #made = new WeakMap<RotationDocument, Rotation>()
  #read: { readonly from: readonly RotationDocument[] | undefined; readonly rotations: readonly Rotation[] } = {
    from: undefined,
    rotations: [],
  }
  #making: symbol | undefined

  /** @param documents of the mock's store */
  constructor(original: Platform, documents: Documents = new DocumentsCopy()) {
    this.#original = original
    this.#documents = documents
  }

  /** The certificates that are listed at an instant; the first is one in use. */
  certificatesAt(now: number): readonly [ListedCertificate, ...ListedCertificate[]] {
    return certificatesAt(this.#original.certificates[0], this.#rotations, now)
  }

  /**
   * The platform at an instant, the certificate in use first.
   *
   * @param chosenBy decides between two certificates in use, e.g. the id of a request: the same text always chooses the same one
   */
  at(now: number, chosenBy = ''): Platform {
    const listed = this.certificatesAt(now)
    const [current, next] = listed
    const certificates: Platform['certificates'] = next?.inUse && isOdd(chosenBy) ? [next, current] : [...listed]
    return { certificates, publicKey: this.#original.publicKey }
  }

  /**
   * Makes a certificate, which takes time, and begins a rotation with it: it is listed from `at`. Refuses before making one.
   *
   * @throws UsageError `MOCK_ROTATION_UNDER_WAY` while the rotation before it is not over, also while another certificate is being made;
   * `MOCK_ROTATION_ENDED` if the mock was reset meanwhile
   */
  async rotateTo(at: number, make: () => Promise<PlatformCertificate>): Promise<void> {
    checkIsOver(this.#documents.get(ROTATIONS), at)
    if (this.#making !== undefined) {
      throw new UsageError('MOCK_ROTATION_UNDER_WAY', {
        en: 'A new platform certificate is already being made.',
        zh: '新的平台证书正在生成，请稍后再试。',
      })
    }
    const making = Symbol('rotation')
    this.#making = making
    const resets = this.#documents.get(RESETS)
    try {
      const certificate = await make()
      await this.#documents.update((draft) => {
        if (draft.get(RESETS) === resets) return this.#rotateIn(draft, { at, certificate })
        throw new UsageError('MOCK_ROTATION_ENDED', {
          en: 'The mock was reset before the new platform certificate was made.',
          zh: '新的平台证书生成之前，模拟服务已被重置，请重新更换。',
        })
      })
    } finally {
      if (this.#making === making) this.#making = undefined
    }
  }

  /** Goes back to the mock's original certificate, as part of a larger change; a certificate being made is discarded. */
  resetIn(draft: DocumentsDraft): void {
    this.#making = undefined
    draft.delete(ROTATIONS)
    draft.put(RESETS, (draft.get(RESETS) ?? 0) + 1)
  }

  #rotateIn(draft: DocumentsDraft, rotation: Rotation): void {
    const before = draft.get(ROTATIONS)
    checkIsOver(before, rotation.at)
    const document = documentOf(rotation)
    this.#made.set(document, rotation)
    draft.put(ROTATIONS, [...(before ?? []), document])
  }

  get #rotations(): readonly Rotation[] {
    const from = this.#documents.get(ROTATIONS)
    if (from !== this.#read.from) {
      this.#read = { from, rotations: (from ?? []).map((one) => this.#made.get(one) ?? rotationFrom(one)) }
    }
    return this.#read.rotations
  }
}

function checkIsOver(rotations: readonly Pick<Rotation, 'at'>[] | undefined, at: number): void {
  const last = rotations?.at(-1)
  if (!last) return
  const over = last.at + ANNOUNCED_MS + CHANGING_MS
  if (at >= over) return
  throw new UsageError('MOCK_ROTATION_UNDER_WAY', {
    en: `The platform certificate is changing until ${formatInstant(Math.ceil(over / 1_000) * 1_000)}: move the clock there first, or reset the mock.`,
    zh: `平台证书正在更换，到 ${formatInstant(Math.ceil(over / 1_000) * 1_000)} 结束：请先把时钟调到那时，或重置模拟服务。`,
  })
}

function documentOf({ at, certificate }: Rotation): RotationDocument {
  const privateKey = certificate.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  return { at, certificate: { ...certificate, privateKey, publicKey } }
}

function rotationFrom({ at, certificate }: RotationDocument): Rotation {
  const privateKey = createPrivateKey(certificate.privateKey)
  return { at, certificate: { ...certificate, privateKey, publicKey: createPublicKey(certificate.publicKey) } }
}

function isOdd(text: string): boolean {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i)
  return sum % 2 === 1
}
