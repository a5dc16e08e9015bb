import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base } from 'vitest'
import { type PactsVerification, verifyPacts } from '../../contracts/kit/index.ts'
import { rawServer } from '../../contracts/kit/raw-http.ts'
import type { WireRequest, WireResponse } from '../../src/engine/http-message.ts'
import { createMock, type WechatPayMock } from '../../src/mock.ts'

/** A pact as another language's library writes it. */
export interface HandWrittenPact {
  readonly interactions?: readonly object[]
  readonly messages?: readonly object[]
  readonly version: '2.0.0' | '3.0.0' | '4.0'
}

export const test = base.extend('write', ({ task: _ }, { onCleanup }) => {
  const directories: string[] = []
  onCleanup(async () => {
    for (const directory of directories) await rm(directory, { recursive: true, force: true })
  })
  /** Writes a pact, or any text in its place, into a file that is deleted after the test; answers its path. */
  return async (pact: HandWrittenPact | string): Promise<string> => {
    const directory = await mkdtemp(join(tmpdir(), 'wechatpay-pact-'))
    directories.push(directory)
    const file = join(directory, 'pact.json')
    await writeFile(file, typeof pact === 'string' ? pact : textOf(pact))
    return file
  }
})

/** Verifies a pact against a provider that has a mock behind it, whose control the verifier uses. */
export async function verifyAgainst(
  provider: (request: WireRequest, mock: WechatPayMock) => Promise<WireResponse>,
  file: string,
): Promise<PactsVerification> {
  const mock = createMock({ seed: 'empty' })
  const server = await rawServer((request) => provider(request, mock))
  try {
    return await verifyPacts({ pactFiles: [file], url: server.url, control: mock.control })
  } finally {
    await server.close()
  }
}

/** A pact whole, as it is in a file. */
export function contentOf({ version, ...rest }: HandWrittenPact, consumer = 'a Java shop'): object {
  return {
    consumer: { name: consumer },
    provider: { name: 'wechatpay' },
    ...rest,
    metadata: { pactSpecification: { version } },
  }
}

/** The file of a pact. */
export function textOf(pact: HandWrittenPact, consumer?: string): string {
  return JSON.stringify(contentOf(pact, consumer))
}

/** An HTTP interaction as specification 3 has it. */
export interface HandWrittenCall {
  readonly description: string
  readonly providerStates?: readonly object[]
  readonly request: { readonly body?: unknown; readonly [more: string]: unknown }
  readonly response: { readonly body?: unknown; readonly [more: string]: unknown }
}

/** The same as specification 4 has it. */
export function inVersion4({ request, response, ...interaction }: HandWrittenCall): object {
  const withContent = ({ body, ...rest }: HandWrittenCall['request']) =>
    body === undefined ? rest : { ...rest, body: { content: body, contentType: 'application/json', encoded: false } }
  return {
    ...interaction,
    type: 'Synchronous/HTTP',
    request: withContent(request),
    response: withContent(response),
  }
}

export const ASSOCIATE = '/v3/marketing/busifavor/coupons/associate'

export const LINK = {
  stock_id: '100088',
  coupon_code: 'sxxe34343434',
  out_trade_no: 'MCH_102233445',
  out_request_no: '1002600620019090123143254435',
}

/** As a library of specification 2 writes it: one state, header and body rules by path. */
export const V2: HandWrittenPact = {
  version: '2.0.0',
  interactions: [
    {
      description: 'links a coupon',
      providerState: 'a user holds a usable coupon',
      request: {
        method: 'POST',
        path: ASSOCIATE,
        headers: { 'Content-Type': 'application/json', Authorization: 'WECHATPAY2-SHA256-RSA2048 recorded' },
        body: LINK,
      },
      response: {
        status: 200,
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
        body: { wechatpay_associate_time: '2015-05-20T13:29:35+08:00' },
        matchingRules: { '$.body.wechatpay_associate_time': { match: 'regex', regex: '^.+\\+08:00$' } },
      },
    },
  ],
}

/** As a library of specification 3 writes it: several states, with parameters. */
export const V3: HandWrittenPact = {
  version: '3.0.0',
  interactions: [
    {
      description: 'is refused a coupon that is linked to another order',
      providerStates: [
        {
          name: 'a coupon is linked to an order',
          params: { stock_id: '100099', coupon_code: 'C-1', out_trade_no: 'OTHER' },
        },
        { name: 'an order exists', params: { out_trade_no: 'MCH_102233445' } },
        { name: 'orders have to exist' },
      ],
      request: {
        method: 'POST',
        path: ASSOCIATE,
        headers: { 'Content-Type': 'application/json' },
        body: { ...LINK, stock_id: '100099', coupon_code: 'C-1' },
      },
      response: {
        status: 400,
        body: { code: 'INVALID_REQUEST', message: 'whatever' },
        matchingRules: {
          body: { '$.message': { combine: 'AND', matchers: [{ match: 'type' }] } },
        },
      },
    },
  ],
}
