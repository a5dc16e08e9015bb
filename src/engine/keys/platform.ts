import { createPrivateKey, createPublicKey } from 'node:crypto'
import { UsageError } from '../../protocol/errors.ts'
import { formatInstant } from '../../protocol/instant.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import { orLastInstant } from '../../shared/last-instant.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'
import type { Platform, PlatformCertificate } from './merchants.ts'

const DAY_MS = 86_400_000

/** How long a new certificate is listed before anything is signed with it (protocol.md 6, documented). */
export const ANNOUNCED_MS = DAY_MS

/** How long both certificates sign before the old one is gone (the length of a day is inferred). */
export const CHANGING_MS = DAY_MS

/** A change of the platform certificate. */
export interface Rotation {
  /** When the new certificate is first listed, epoch milliseconds. */
  readonly at: number
  readonly certificate: PlatformCertificate
}

/** A certificate that merchants can download, and whether the platform signs with it by default. */
export interface ListedCertificate extends PlatformCertificate {
  readonly inUse: boolean
}

/**
 * The certificates that are listed at an instant; the first is one in use.
 *
 * A rotation announces the new certificate for {@link ANNOUNCED_MS}; then both are in use for {@link CHANGING_MS}, with the old one expiring at
 * the end of that period; then the old one is gone.
 *
 * @param rotations earliest first, without overlaps
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
  /** Set while a certificate is made. */
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
   * Checks that a rotation can begin.
   *
   * @throws UsageError `MOCK_ROTATION_UNDER_WAY` while the one before it is not over
   */
  checkCanRotate(at: number): void {
    checkIsOver(this.#documents.get(ROTATIONS), at)
  }

  /**
   * Begins a rotation: the new certificate is listed from `at`.
   *
   * @throws UsageError `MOCK_ROTATION_UNDER_WAY` while the one before it is not over
   */
  rotate(rotation: Rotation): Awaitable<void> {
    return this.#documents.update((draft) => this.#rotateIn(draft, rotation))
  }

  /**
   * Makes a certificate, which takes time, and begins a rotation with it. Refuses before making one.
   *
   * @throws UsageError `MOCK_ROTATION_UNDER_WAY`, also while another certificate is being made; `MOCK_ROTATION_ENDED` if {@link reset} was called meanwhile
   */
  async rotateTo(at: number, make: () => Promise<PlatformCertificate>): Promise<void> {
    this.checkCanRotate(at)
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

  /** Goes back to the mock's original certificate; a certificate being made is discarded. */
  reset(): Awaitable<void> {
    return this.#documents.update((draft) => this.resetIn(draft))
  }

  /** Does {@link reset} as part of a larger change. */
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
