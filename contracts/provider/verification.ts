import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '../../src/doors/transports/node-server.ts'
import type { Mock } from '../../src/engine/mock.ts'
import { mockOf } from '../../src/mock.ts'
import { faultsOfForm } from '../conformance/wire-form.ts'
import type { InteractionResult } from '../kit/report.ts'
import { createVerifier, type Verifier } from '../kit/run-verifier.ts'
import { type Verifiers, verifyWith } from '../kit/verify-pacts.ts'

const pathOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

const CONFORMANCE = '../conformance/pacts/'

const pactsIn = (directory: string): string[] => {
  const path = pathOf(directory)
  return readdirSync(path)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => path + name)
}

/** Contracts that a server was held to, and the result. */
export interface Verdict {
  readonly ok: boolean
  readonly interactions: readonly InteractionResult[]
  /** Violations, one sentence each: `<description>: <reason>`. */
  readonly findings: readonly string[]
  /** Reasons why it could not be verified. */
  readonly problems: readonly string[]
  /** Errors that it threw in place of an answer. */
  readonly bugs: readonly unknown[]
}

/** Verifies a server against the contract of the shop, of payouts, of the marketplace, of the brand or of the help desk. */
export const verifyContract = contractOf('shop')
export const verifyPayouts = contractOf('payouts')
export const verifyMarketplace = contractOf('marketplace')
export const verifyBrand = contractOf('brand')
export const verifyHelpDesk = contractOf('help-desk')

/** Verifies a server against the contract of payouts, and against what is known of transfers beyond it. */
export const verifyTransfers = contractOf('payouts', [`${CONFORMANCE}conformance-transfers-wechatpay.json`])

/** The same of the marketplace, sharing and orders, and of the brand and product coupons. */
export const verifySharing = contractOf('marketplace', [
  `${CONFORMANCE}conformance-sharing-wechatpay.json`,
  `${CONFORMANCE}conformance-orders-wechatpay.json`,
])
export const verifyProductCoupons = contractOf('brand', [`${CONFORMANCE}conformance-product-coupons-wechatpay.json`])

/** @param finding - the only one that matters: interactions that cannot have it are not verified */
function contractOf(
  consumer: string,
  more: readonly string[] = [],
): (engine: Mock, finding?: string) => Promise<Verdict> {
  return (engine, finding) => verifyFor([`../pacts/${consumer}-wechatpay.json`, ...more].map(pathOf), engine, finding)
}

/** Verifies a server against the interactions of some pacts that can have a finding, or against all of them if none can. */
async function verifyFor(pactFiles: readonly string[], engine: Mock, finding: string | undefined): Promise<Verdict> {
  const telling = pactFiles.flatMap((path) => {
    const pact: PactFile = JSON.parse(readFileSync(path, 'utf8'))
    const interactions = pact.interactions.filter(({ description }) => finding?.startsWith(`${description}: `))
    return interactions.length === 0 ? [] : [JSON.stringify({ ...pact, interactions })]
  })
  if (telling.length === 0) return verify(pactFiles, engine)
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-telling-'))
  try {
    for (const [i, text] of telling.entries()) await writeFile(join(directory, `${i}.json`), text)
    return await verify([directory], engine)
  } finally {
    await rm(directory, { recursive: true })
  }
}

interface PactFile {
  readonly interactions: readonly { readonly description: string }[]
}

/**
 * Verifies a server against the known behaviour of the service: the pacts of conformance, and the form of each answer.
 *
 * @param finding - the only one that matters: interactions that cannot have it are not verified
 */
export async function verifyConformance(engine: Mock, finding?: string): Promise<Verdict> {
  const handle = engine.handle.bind(engine)
  const form = new Set<string>()
  engine.handle = async (request) => {
    const answer = await handle(request)
    for (const fault of faultsOfForm(answer)) form.add(fault)
    return answer
  }
  const { ok, findings, ...rest } = await verifyFor(pactsIn('../conformance/pacts/'), engine, finding)
  return { ...rest, ok: ok && form.size === 0, findings: [...findings, ...form] }
}

/** Verifiers that no verification uses at the moment: to start one takes longer than most verifications. They end with this process. */
const free: Verifier[] = []
const shared: Verifiers = {
  take: () => free.pop() ?? createVerifier(),
  giveBack: (verifier) => free.push(verifier),
}

/** Verifies a server against some pacts. */
export async function verify(pactFiles: readonly string[], engine: Mock): Promise<Verdict> {
  const mock = mockOf(engine, undefined)
  const bugs: unknown[] = []
  const server = await startServer({ mock, port: 0, onBug: (bug) => bugs.push(bug) })
  try {
    const verification = await verifyWith(shared, { pactFiles, url: server.url, control: mock.control })
    return { ...verification, bugs, findings: verification.interactions.flatMap(findingsOf) }
  } finally {
    await server.close(0)
  }
}

function findingsOf({ description, mismatches, reasons }: InteractionResult): string[] {
  return [...reasons, ...mismatches.map(({ at, text }) => (at === undefined ? text : `${at}: ${text}`))].map(
    (finding) => `${description}: ${finding}`,
  )
}
