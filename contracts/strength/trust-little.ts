import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, vi } from 'vitest'
import { wellKnownIdentity } from '../../src/control/identity/well-known.ts'

/**
 * Pact's verifier reads all authorities that the system trusts, for each pact anew, which takes it almost half of its time. It has to have one, and over
 * plain HTTP needs none.
 */
export function trustLittle(): void {
  const folder = mkdtempSync(join(tmpdir(), 'wechatpay-mock-strength-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  beforeAll(() => {
    const [{ certificate }] = wellKnownIdentity().platform.certificates
    writeFileSync(join(folder, 'authority.pem'), certificate)
    vi.stubEnv('SSL_CERT_FILE', join(folder, 'authority.pem'))
    vi.stubEnv('SSL_CERT_DIR', folder)
  })
}
