import { randomBytes } from 'node:crypto'
import { vi } from 'vitest'

// No model looks at a signature, and to sign an answer takes a third of the time of a call.
vi.mock('../../src/wire/protocol/signature.ts', async (original) => ({
  ...(await original<typeof import('../../src/wire/protocol/signature.ts')>()),
  sign: async () => 'AAAA',
}))

// Nor at a ciphertext, but that it is another one each time; to open one takes as long.
vi.mock('../../src/wire/protocol/sensitive-field.ts', async (original) => {
  const sealed = new Map<string, string>()
  return {
    ...(await original<typeof import('../../src/wire/protocol/sensitive-field.ts')>()),
    encryptField(plaintext: string) {
      const ciphertext = randomBytes(256).toString('base64')
      sealed.set(ciphertext, plaintext)
      return ciphertext
    },
    decryptField(ciphertext: string) {
      const plaintext = sealed.get(ciphertext)
      return plaintext === undefined ? { ok: false, reason: 'not_ciphertext' } : { ok: true, plaintext }
    },
  }
})
