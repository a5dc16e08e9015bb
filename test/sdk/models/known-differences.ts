import type { SdkName } from './sdks.ts'

/** Differences with one reason, which is the same for each of the SDKs. */
export interface KnownDifferences {
  readonly sdks: readonly SdkName[]
  readonly reason: string
  /** Each as the comparison writes it. */
  readonly lines: readonly string[]
}

/** To be mended in what is served. */
export const TO_MEND: readonly KnownDifferences[] = []

/** What is served is meant. */
export const KEPT: readonly KnownDifferences[] = []

/** What the comparison with an SDK is known to find. */
export const knownLines = (name: SdkName): string[] =>
  [...TO_MEND, ...KEPT].filter(({ sdks }) => sdks.includes(name)).flatMap(({ lines }) => lines)
