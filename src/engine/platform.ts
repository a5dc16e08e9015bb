import { UsageError } from '../protocol/errors.ts'
import type { Platform, PlatformCertificate } from './merchants.ts'

const DAY_MS = 86_400_000

/** How long a new certificate is listed before anything is signed with it (protocol.md 6, documented). */
export const ANNOUNCED_MS = DAY_MS

/** How long either one signs, before the old one is gone (that it is a day is inferred). */
export const CHANGING_MS = DAY_MS

/** A change of the platform certificate. */
export interface Rotation {
  /** When the new certificate is listed first, epoch milliseconds. */
  readonly at: number
  readonly certificate: PlatformCertificate
}

/** A certificate that merchants can download, and whether anything is signed with it unasked. */
export interface ListedCertificate extends PlatformCertificate {
  readonly inUse: boolean
}

/**
 * The certificates that are listed at an instant; the first is one in use.
 *
 * A rotation announces the new certificate for {@link ANNOUNCED_MS}; then both are in use for {@link CHANGING_MS}, and the old one's end is
 * moved to the end of that; then the old one is gone.
 *
 * @param rotations earliest first, none beginning before the one before it is over
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
        { ...current, until: endsAt, inUse: true },
        { ...certificate, inUse: true },
      ]
    }
    current = certificate
  }
  return [{ ...current, inUse: true }]
}

/** The platform's keys over time: the certificate changes when it is told to, the public key never. */
export class PlatformKeys {
  readonly #original: Platform
  #rotations: readonly Rotation[] = []

  constructor(original: Platform) {
    this.#original = original
  }

  /** The certificates that are listed at an instant; the first is one in use. */
  certificatesAt(now: number): readonly [ListedCertificate, ...ListedCertificate[]] {
    return certificatesAt(this.#original.certificates[0], this.#rotations, now)
  }

  /**
   * The platform at an instant, the certificate in use first.
   *
   * @param chosenBy while two are in use, what decides between them, such as a request's id: the same text always chooses the same one
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
    const last = this.#rotations.at(-1)
    if (!last) return
    const over = last.at + ANNOUNCED_MS + CHANGING_MS
    if (at >= over) return
    throw new UsageError(
      'MOCK_ROTATION_UNDER_WAY',
      `The platform certificate is changing until ${new Date(over).toISOString()}: move the clock there first, or reset the mock.`,
    )
  }

  /**
   * Begins a rotation: from `at` the new certificate is listed.
   *
   * @throws UsageError `MOCK_ROTATION_UNDER_WAY` while the one before it is not over
   */
  rotate(rotation: Rotation): void {
    this.checkCanRotate(rotation.at)
    this.#rotations = [...this.#rotations, rotation]
  }

  /** Back to the certificate that the mock was made with. */
  reset(): void {
    this.#rotations = []
  }
}

function isOdd(text: string): boolean {
  let sum = 0
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i)
  return sum % 2 === 1
}
