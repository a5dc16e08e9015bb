import { vi } from 'vitest'

// No model looks at a signature, and to sign an answer takes a third of the time of a call.
vi.mock('../../src/protocol/signature.ts', async (original) => ({
  ...(await original<typeof import('../../src/protocol/signature.ts')>()),
  sign: async () => 'AAAA',
}))
