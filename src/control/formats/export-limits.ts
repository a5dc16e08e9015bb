/**
 * How many exchanges are exported at most in each format: a contract tries each of them out, and a script has each of them signed.
 * It stands by itself because the dashboard takes it along, and not the calls.
 */
export const EXPORT_LIMITS = { pact: 1_000, har: 10_000, curl: 1_000 } as const

export type ExportFormat = keyof typeof EXPORT_LIMITS
