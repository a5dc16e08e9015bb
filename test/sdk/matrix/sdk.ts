import type { TrustFiles } from '../../../src/wire/tls/trust-files.ts'

/** One of the two kinds of platform keys that a merchant has. */
export type Keys = 'certificate' | 'public-key'

/** How a program reaches the mock: by the base URL in its own configuration, or unknowingly through a forward proxy. */
export type Way = 'base URL' | 'proxy'

export const KEYS: readonly Keys[] = ['certificate', 'public-key']
const WAYS: readonly Way[] = ['base URL', 'proxy']

export const STEPS = [
  'associate',
  'query',
  'disassociate',
  'use',
  'stock',
  'patch',
  'order',
  'close',
  'refund',
  'error',
  'tampered',
  'certificates',
  'callback',
  'paid',
] as const

/** Steps of SDKs that transfer money. */
export const TRANSFER_STEPS = [
  'transfer',
  'told',
  'bill',
  'cancel',
  'receipt',
  'authorize',
  'authorized',
  'revoke',
  'unfunded',
] as const

/** Steps of SDKs with further products: one step per product. */
export const PRODUCT_STEPS = [
  'payscore',
  'complaints',
  'cash-coupons',
  'combined-orders',
  'partner-orders',
  'profit-sharing',
  'brand-profit-sharing',
  'ecommerce',
  'business-circles',
  'payscore-parking',
  'fapiao',
  'medical-insurance',
  'violations',
  'smart-guides',
  'gift-activity',
  'partner-transfer-batches',
] as const

export type TransferStep = (typeof TRANSFER_STEPS)[number]
export type ProductStep = (typeof PRODUCT_STEPS)[number]
export type Step = (typeof STEPS)[number] | TransferStep | ProductStep

export type Command = readonly [program: string, ...args: string[]]

/** Settings of a runtime whose program knows nothing of the mock. */
export interface ProxySettings {
  readonly url: string
  readonly trust: TrustFiles
  /** `NODE_OPTIONS` that redirect a Node program to the mock if its HTTP client ignores proxies. */
  readonly nodeOptions: string
}

/** Steps that an SDK cannot do. */
interface Inability {
  readonly steps: readonly Step[]
  /** Affected keys. Default: any. */
  readonly keys?: readonly Keys[]
  readonly reason: string
  /** Actual result of trying, so that a fix in the SDK is noticed: this outcome, or this failure. */
  readonly instead: 'answer' | 'refused' | RegExp
}

/** A real SDK with a program that uses it. */
export interface Sdk {
  /** Also the name of its program's folder. */
  readonly id: string
  /** Published name. */
  readonly name: string
  readonly language: string
  readonly version: string
  /** Commands that succeed if the tool chain is installed. */
  readonly tools: readonly Command[]
  /** Files that determine what is installed. */
  readonly pins: readonly string[]
  /** Commands that install and build it; run in the folder of the program. */
  readonly install: readonly Command[]
  /** Result if the installation fails: no machine can be expected to reach every registry. */
  readonly notInstalled: 'failed' | 'not run'
  /** For its installation and its program. */
  readonly env?: Readonly<Record<string, string>>
  readonly program: Command
  /** For each way, how the program learns of the mock, or what surrounds it instead; for the page. An omitted way is not supported. */
  readonly told: Readonly<Partial<Record<Way, string>>>
  /** Arguments before the program's own, and variables in its environment. */
  readonly behindProxy: (settings: ProxySettings) => {
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  }
  /** Message of the program when an answer's signature does not verify. */
  readonly rejection: RegExp
  /** Whether its errors hide the HTTP status. */
  readonly hidesStatus?: boolean
  readonly inabilities: readonly Inability[]
  /** How it transfers money, after "by"; omitted if it has no calls for it, and the core of another SDK of its language is tested. */
  readonly transfers?: string
  /** Products that it uses besides those that the mock simulates. */
  readonly products?: readonly ProductStep[]
  /** Why it does not run behind a proxy on this machine, if so. */
  readonly notRunBehindProxy?: string | undefined
  readonly remarks?: readonly string[]
}

/** Name of an SDK among several. */
export const titleOf = ({ language, name, version }: Sdk): string => `${language}: ${name} ${version}`

/** Steps of its program. */
export const stepsOf = ({ transfers, products = [] }: Sdk): readonly Step[] => [
  ...STEPS,
  ...(transfers === undefined ? [] : TRANSFER_STEPS),
  ...products,
]

/** Ways in which its program can run. */
export const waysOf = ({ told }: Sdk): readonly Way[] => WAYS.filter((way) => told[way] !== undefined)
