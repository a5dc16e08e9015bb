/**
 * Maximum number of exchanges in an export of each format: a contract tries out each of them, and a script signs each of them.
 * Separate from the calls because the dashboard loads it.
 */
export const EXPORT_LIMITS = { pact: 1_000, har: 10_000, curl: 1_000 } as const

export type ExportFormat = keyof typeof EXPORT_LIMITS
