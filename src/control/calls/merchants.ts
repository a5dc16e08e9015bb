import { z } from 'zod'
import { SNIPPET_LANGUAGE_NAMES } from '../../client-setup/snippet-languages.ts'
import type { Merchant } from '../../engine/keys/merchants.ts'
import { createKeys, createMerchant as makeMerchant } from '../../identity/create-merchant.ts'
import { changesJson, merchantJson, merchantRequest } from '../../world/merchant-json.ts'
import { credentialsJson } from '../answer-format.ts'
import { type ClientAddress, defineCall, mchidQuery } from '../call.ts'
import { listedMerchantJson, snippetJson } from '../formats/overview.ts'
import { pageOf, pageQuery, takePage } from '../formats/page.ts'
import { describeCredentials, describeListedMerchant, registeredMerchant } from '../merchants.ts'

export const credentials = defineCall({
  summary: "A merchant's keys and where to connect to; of the well-known merchant if none is named",
  query: mchidQuery,
  answer: credentialsJson,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call' },
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
  refusals: { MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call' },
  async handle({ query: { mchid, format, lang = 'en' } }, { mock, address }) {
    const merchant = mchid === undefined ? mock.defaultMerchant : registeredMerchant(mock, mchid)
    const described = describeCredentials(mock, merchant, await withCertificate(address))
    const { snippet } = await import('../../client-setup/snippets.ts')
    const { environmentFile } = await import('../../client-setup/credentials.ts')
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

function merchantHasText({ mchid, name, serialNo, appids }: Merchant, wanted: string): boolean {
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
    MOCK_CERTIFICATE: 'the certificate cannot be read, or stands without its key',
    MOCK_PRIVATE_KEY: "the key cannot be read, or is not the certificate's",
    MOCK_API_V3_KEY: 'the APIv3 key has not 32 ASCII characters',
  },
  async handle({ body }, { mock, address }) {
    const merchant = await makeMerchant(merchantRequest(body), mock.platform, mock.ids)
    await mock.merchants.add(merchant)
    return describeCredentials(mock, merchant, await withCertificate(address))
  },
})

const merchantParams = z.object({ mchid: z.string() })

export const changeMerchant = defineCall({
  summary:
    "Change, until the next reset, a merchant's certificate state, whether its APIv3 key is set, or its money for refunds",
  params: merchantParams,
  body: changesJson,
  answer: listedMerchantJson,
  refusals: { MOCK_MERCHANT_UNKNOWN: 'no merchant with this number may call' },
  async handle({ params: { mchid }, body: { certificate_state, api_v3_key_set, refundable } }, { mock }) {
    const known = () => registeredMerchant(mock, mchid, '/path/mchid')
    await mock.merchants.change(known().mchid, {
      ...(certificate_state !== undefined && { certificateState: certificate_state }),
      ...(api_v3_key_set !== undefined && { apiV3KeySet: api_v3_key_set }),
      ...(refundable !== undefined && { refundableFen: refundable }),
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
