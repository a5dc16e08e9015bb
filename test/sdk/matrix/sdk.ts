import type { TrustFiles } from '../../../src/tls/trust-files.ts'

/** One of the two kinds of platform keys that a merchant has. */
export type Keys = 'certificate' | 'public-key'

/** How a program reaches the mock: told where by its own configuration, or told nothing, with a forward proxy around it. */
export type Way = 'base URL' | 'proxy'

export const KEYS: readonly Keys[] = ['certificate', 'public-key']
export const WAYS: readonly Way[] = ['base URL', 'proxy']

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

/** The steps of those that transfer money. */
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

/** The steps of those that use products which the mock does not simulate: a step for each product. */
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

/** What a runtime is given around a program that knows nothing of the mock. */
export interface ProxySettings {
  readonly url: string
  readonly trust: TrustFiles
  /** `NODE_OPTIONS` that lead Node programs to the mock whose HTTP client looks at no proxy. */
  readonly nodeOptions: string
}

/** What an SDK cannot do. */
export interface Inability {
  readonly steps: readonly Step[]
  /** With which keys; any if left out. */
  readonly keys?: readonly Keys[]
  readonly reason: string
  /** What comes of it when it is asked, so that the day it can is noticed: this outcome, or what it fails with. */
  readonly instead: 'answer' | 'refused' | RegExp
}

/** A real SDK with a program that uses it. */
export interface Sdk {
  /** Names the folder of its program. */
  readonly id: string
  /** As it is published. */
  readonly name: string
  readonly language: string
  readonly version: string
  /** Answers when the tool chain is there. */
  readonly tools: readonly Command[]
  /** Files that say what is installed. */
  readonly pins: readonly string[]
  /** Gets and builds it; run in the folder of the program. */
  readonly install: readonly Command[]
  /** What comes of it when it cannot be got: no machine can be asked to reach every registry. */
  readonly notInstalled: 'failed' | 'not run'
  /** For its installation and its program. */
  readonly env?: Readonly<Record<string, string>>
  readonly program: Command
  /** How the program is told of the mock where it is told, and what is set around it where it is not; for the page. A way that is left out is none. */
  readonly told: Readonly<Partial<Record<Way, string>>>
  /** In front of the program's own arguments, and in its environment. */
  readonly behindProxy: (settings: ProxySettings) => {
    readonly args?: readonly string[]
    readonly env?: Readonly<Record<string, string>>
  }
  /** What the program says when an answer's signature does not verify. */
  readonly rejection: RegExp
  /** Whether its errors keep the HTTP status for themselves. */
  readonly hidesStatus?: boolean
  readonly inabilities: readonly Inability[]
  /** How it transfers money, after "by"; left out for one that has no calls for it, beside another of its language whose core is tried. */
  readonly transfers?: string
  /** The products that it uses beside those that the mock simulates. */
  readonly products?: readonly ProductStep[]
  /** Why it is not run behind a proxy on this machine, where that is so. */
  readonly notRunBehindProxy?: string | undefined
  readonly remarks?: readonly string[]
}

/** What an SDK is called where it is one of several. */
export const titleOf = ({ language, name, version }: Sdk): string => `${language}: ${name} ${version}`

/** The steps that its program takes. */
export const stepsOf = ({ transfers, products = [] }: Sdk): readonly Step[] => [
  ...STEPS,
  ...(transfers === undefined ? [] : TRANSFER_STEPS),
  ...products,
]

/** The ways in which its program can be run. */
export const waysOf = ({ told }: Sdk): readonly Way[] => WAYS.filter((way) => told[way] !== undefined)
