import { z } from 'zod'
import type { Merchant } from '../../engine/keys/merchants.ts'
import type { Mock } from '../../engine/mock.ts'
import type { Transaction } from '../../engine/state/store.ts'
import { refusalAt, type UsageErrorCode } from '../../wire/protocol/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import type { Texts } from '../../wire/shared/texts.ts'
import { type CredentialsJson, credentialsJson } from '../answer-format.ts'
import { type ClientAddress, defineCall, mchidQuery } from '../call.ts'
import { SNIPPET_LANGUAGE_NAMES } from '../client-setup/snippet-languages.ts'
import { type ListedMerchant, listedMerchantJson, snippetJson } from '../formats/overview.ts'
import { pageOf, pageQuery, takePage } from '../formats/page.ts'
import { createKeys, createMerchant as makeMerchant } from '../identity/create-merchant.ts'
import { changesJson, describeWithoutKeys, merchantJson, merchantRequest } from '../world/merchant-json.ts'

const credentialsRefusals = {
  MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call',
  MOCK_PRIVATE_KEY: 'the mock was given only the certificate of the merchant',
}

export const credentials = defineCall({
  summary: "A merchant's keys and where to connect to; of the well-known merchant if none is named",
  query: mchidQuery,
  answer: credentialsJson,
  refusals: credentialsRefusals,
  async handle({ query: { mchid } }, { mock, address }) {
    const merchant = mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, mchid)
    return describeCredentials(mock, merchant, await withCertificate(address))
  },
})

export const credentialsSnippet = defineCall({
  summary: "A program that connects a language's SDK, ready to be run",
  query: mchidQuery.extend({
    format: z.enum([...SNIPPET_LANGUAGE_NAMES, 'env']),
    lang: z.enum(['zh', 'en']).optional().describe('of the comments in it; en if left out'),
  }),
  answer: snippetJson,
  refusals: credentialsRefusals,
  async handle({ query: { mchid, format, lang = 'en' } }, { mock, address }) {
    const merchant = mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, mchid)
    const described = describeCredentials(mock, merchant, await withCertificate(address))
    const { snippet } = await import('../client-setup/snippets.ts')
    const { environmentFile } = await import('../client-setup/credentials.ts')
    return { text: format === 'env' ? environmentFile(described) : snippet(format, described, lang) }
  },
})

export const merchants = defineCall({
  summary: 'The merchants that may call, without their keys: the well-known one first, then the newest, page by page',
  query: pageQuery,
  answer: pageOf(listedMerchantJson).meta({ id: 'MerchantPage' }),
  async handle({ query: { text, ...page } }, { mock }) {
    const wanted = text?.toLowerCase()
    const found = mock.merchants.all
      .map((merchant, position) => ({ merchant, position }))
      .filter(({ merchant }) => wanted === undefined || merchantHasText(merchant, wanted))
    const { items, ...rest } = takePage(
      found,
      ({ merchant, position }) => [
        merchant === mock.defaultMerchant ? Number.MAX_SAFE_INTEGER : position,
        merchant.mchid,
      ],
      page,
    )
    const described = await mock.store.transaction((tx) =>
      Promise.all(items.map(({ merchant }) => describeListedMerchant(mock, tx, merchant))),
    )
    return { ...rest, items: described }
  },
})

export function merchantHasText({ mchid, name, serialNo, appids }: Merchant, wanted: string): boolean {
  return [mchid, name, serialNo, ...appids].some((one) => one.toLowerCase().includes(wanted))
}

export const createMerchant = defineCall({
  summary: 'Make a fresh merchant with keys and an empty world of its own',
  body: merchantJson,
  bodyOptional: true,
  status: 201,
  answer: credentialsJson,
  refusals: {
    MOCK_MERCHANT_EXISTS: 'the number or the certificate is taken',
    MOCK_TENPAY_CERTIFICATE: 'the certificate is one of the real Tenpay CA',
    MOCK_CERTIFICATE: 'the certificate cannot be read, or is left out although its key is not',
    MOCK_PRIVATE_KEY:
      "the key cannot be read, is not the certificate's, or is left out although the certificate is not",
    MOCK_API_V3_KEY: 'the APIv3 key has not 32 ASCII characters',
  },
  async handle({ body }, { mock, address }) {
    const merchant = await makeMerchant(merchantRequest(body), mock.platform, mock.ids)
    const described = describeCredentials(mock, merchant, await withCertificate(address))
    await mock.merchants.add(merchant)
    return described
  },
})

const merchantParams = z.object({ mchid: z.string() })

export const changeMerchant = defineCall({
  summary:
    "Change, until the next reset, a merchant's certificate state, whether its APIv3 key is set, its money for refunds, or its appids, partners and products",
  params: merchantParams,
  body: changesJson,
  answer: listedMerchantJson,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call' },
  async handle({ params: { mchid }, body }, { mock }) {
    const { certificate_state, api_v3_key_set, refundable, appids, partners, unopened_products } = body
    const known = () => registeredMerchant(mock, mchid, '/path/mchid')
    await mock.merchants.change(known().mchid, {
      standing: {
        ...(certificate_state !== undefined && { certificateState: certificate_state }),
        ...(api_v3_key_set !== undefined && { apiV3KeySet: api_v3_key_set }),
      },
      ...(refundable !== undefined && { refundableFen: refundable }),
      ...(appids && { appids }),
      ...(partners && { partners }),
      ...(unopened_products && { unopenedProducts: unopened_products }),
    })
    return mock.store.transaction((tx) => describeListedMerchant(mock, tx, known()))
  },
})

export const replaceCertificate = defineCall({
  summary: 'Give a merchant a new certificate, until the next reset; calls signed with the old one are refused',
  params: merchantParams,
  status: 201,
  answer: credentialsJson,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call' },
  async handle({ params: { mchid } }, { mock, address }) {
    const known = () => registeredMerchant(mock, mchid, '/path/mchid')
    await mock.merchants.replaceCertificate(mchid, await createKeys(known(), mock.platform))
    return describeCredentials(mock, known(), await withCertificate(address))
  },
})

async function withCertificate({ caCertificate, ...address }: ClientAddress) {
  return { ...address, ...(caCertificate && { caCertificate: await caCertificate() }) }
}

/**
 * @param path of the number in the request
 * @throws UsageError `MOCK_MERCHANT_UNKNOWN`
 */
export function registeredMerchant(mock: Mock, mchid: string, path = '/query/mchid'): Merchant {
  return mock.merchants.find(mchid) ?? unknownMerchant(mchid, path)
}

/** Placeholder where any appid is accepted. */
const DEFAULT_APPID = 'wx0000000000000001'

export function appidOf({ appids }: Merchant): string {
  return appids[0] ?? DEFAULT_APPID
}

/**
 * Checks that a merchant number is known: either that of a merchant that may call, or of one that only owns rows.
 *
 * @throws UsageError `MOCK_MERCHANT_UNKNOWN`
 */
export async function checkMerchantExists(mock: Mock, mchid: string): Promise<void> {
  if (mock.merchants.find(mchid)) return
  const owns = await mock.store.transaction(async (tx) => {
    for (const table of mock.tables) if ((await tx.in(table).count(mchid)) > 0) return true
    return false
  })
  if (!owns) unknownMerchant(mchid, '/query/mchid')
}

function unknownMerchant(mchid: string, path: string): never {
  throw refusalAt(path, 'MOCK_MERCHANT_UNKNOWN', {
    en: `The mock has no merchant ${mchid}: make it with POST /_mock/merchants, or leave mchid out.`,
    zh: `模拟服务中没有商户 ${mchid}：请用 POST /_mock/merchants 添加，或不写 mchid。`,
  })
}

/** A merchant's private key, PEM. @throws UsageError `MOCK_PRIVATE_KEY` if the mock was given only its certificate */
export function privateKeyOf({ mchid, privateKey }: Merchant): string {
  if (privateKey !== undefined) return privateKey
  throw refusalAt('/merchant_private_key', 'MOCK_PRIVATE_KEY', {
    en: `The mock was given only the certificate of merchant ${mchid}, and not its private key: add merchant_private_key where the merchant is made.`,
    zh: `模拟服务只有商户 ${mchid} 的证书，没有私钥：请在添加该商户时写上 merchant_private_key。`,
  })
}

/** Configuration for a merchant's client. @throws UsageError `MOCK_PRIVATE_KEY` if the mock was given only its certificate */
export function describeCredentials(
  mock: Mock,
  merchant: Merchant,
  at: { readonly baseUrl: string; readonly proxyUrl?: string; readonly caCertificate?: string | null },
): CredentialsJson {
  const { certificates, publicKey } = mock.platform
  const keyMode = merchant.keyMode ?? mock.settings.keyMode
  return {
    mchid: merchant.mchid,
    name: merchant.name,
    merchant_serial_no: merchant.serialNo,
    merchant_private_key: privateKeyOf(merchant),
    merchant_certificate: merchant.certificate,
    api_v3_key: merchant.apiV3Key,
    platform_certificates:
      keyMode === 'public-key'
        ? []
        : certificates.map(({ serialNo, certificate }) => ({ serial_no: serialNo, certificate })),
    platform_public_key: keyMode === 'certificate' ? null : { id: publicKey.serialNo, public_key: publicKey.pem },
    base_url: at.baseUrl,
    proxy_url: at.proxyUrl ?? null,
    ca_certificate: at.caCertificate ?? null,
  }
}

export async function describeListedMerchant(mock: Mock, tx: Transaction, merchant: Merchant): Promise<ListedMerchant> {
  return {
    ...describeWithoutKeys(merchant),
    certificate_state: merchant.standing.certificateState,
    api_v3_key_set: merchant.standing.apiV3KeySet,
    serial_no: merchant.serialNo,
    notify_url: await notifyUrlOf(mock, tx, merchant.mchid),
    well_known: merchant.mchid === mock.defaultMerchant.mchid,
  }
}

/** Where a merchant wants callbacks if the call does not name an address: the first address known to a product. */
async function notifyUrlOf({ products }: Mock, tx: Transaction, mchid: string): Promise<string | undefined> {
  for (const product of products) {
    const url = await product.notifyUrlOf?.(tx, mchid)
    if (url !== undefined) return url
  }
  return undefined
}

/** How to find a thing, and how to name it when it is not found. */
interface Search<Thing> {
  find(mchid: string): Awaitable<Thing | undefined>
  all(): Awaitable<readonly Thing[]>
  /** The `mchid` of its owner. */
  ownerOf(thing: Thing): string
  /** e.g. `order MCH_1`, `订单 MCH_1` */
  readonly name: Texts
  /** `advice`: how to get one. */
  readonly unknown: { readonly code: UsageErrorCode; readonly path: string; readonly advice: Texts }
}

/**
 * The named merchant's thing; if no merchant is named, the well-known merchant's, else the only one.
 *
 * @throws UsageError the search's own code if nothing is found; `MOCK_AMBIGUOUS` if several merchants have one
 */
export async function ownOrOnly<Thing>(
  { find, all, ownerOf, name, unknown }: Search<Thing>,
  mchid: string | undefined,
  defaultMchid: string,
): Promise<Thing> {
  const own = await find(mchid ?? defaultMchid)
  if (own) return own
  const others = mchid === undefined ? await all() : []
  if (others.length > 1) {
    throw refusalAt('/query/mchid', 'MOCK_AMBIGUOUS', {
      en: `Several merchants have ${name.en}: give ?mchid=, one of ${others.map(ownerOf).join(', ')}.`,
      zh: `多个商户都有${name.zh}，请用 ?mchid= 指明商户，可选：${others.map(ownerOf).join('、')}。`,
    })
  }
  const [only] = others
  if (only) return only
  throw refusalAt(unknown.path, unknown.code, {
    en: `There is no ${name.en}${mchid === undefined ? '' : ` of merchant ${mchid}`}: ${unknown.advice.en}.`,
    zh: `${mchid === undefined ? '' : `商户 ${mchid} `}没有${name.zh}，${unknown.advice.zh}。`,
  })
}
