import { describe, expect, test } from 'vitest'
import { createEngine } from '../../src/mock.ts'
import {
  verifyBrand,
  verifyConformance,
  verifyContract,
  verifyHelpDesk,
  verifyMarketplace,
  verifyPayouts,
} from './verification.ts'

describe('the mock keeps', () => {
  test.for([
    ['the contract of the shop', verifyContract],
    ['the contract of payouts', verifyPayouts],
    ['the contract of the marketplace', verifyMarketplace],
    ['the contract of the brand', verifyBrand],
    ['the contract of the help desk', verifyHelpDesk],
    ['what is known of the service', verifyConformance],
  ] as const)('%s', async ([, verify]) => {
    const { ok, problems, findings, interactions } = await verify(createEngine({ seed: 'empty', journalLimit: 0 }))

    expect({ problems, findings }).toEqual({ problems: [], findings: [] })
    expect(interactions.length).toBeGreaterThan(0)
    expect(ok).toBe(true)
  })
})
