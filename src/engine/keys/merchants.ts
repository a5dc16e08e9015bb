import { createPublicKey, type KeyObject } from 'node:crypto'
import { UsageError } from '../../protocol/errors.ts'
import type { Awaitable } from '../../shared/awaitable.ts'
import { type Documents, DocumentsCopy, type DocumentsDraft, documentKey } from '../state/documents.ts'

/** Which platform keys a merchant has (protocol.md 6). */
export type KeyMode = 'certificate' | 'public-key' | 'both'

/** A key the simulated platform signs with, known to merchants by its serial. */
export interface PlatformKey {
  /** 40 upper-case hex digits of the certificate, or `PUB_KEY_ID_…`. */
  readonly serialNo: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** A platform certificate (平台证书). */
export interface PlatformCertificate extends PlatformKey {
  readonly certificate: string
  /** Validity of the certificate, epoch milliseconds. */
  readonly from: number
  readonly until: number
}

/** The platform's keys, which sign answers and callbacks. */
export interface Platform {
  /** The one in use first. */
  readonly certificates: readonly [PlatformCertificate, ...PlatformCertificate[]]
  /** 微信支付公钥. */
  readonly publicKey: PlatformKey & { readonly pem: string }
}

/** A merchant (商户) or service provider (服务商) that may call. */
export interface Merchant {
  readonly mchid: string
  readonly name: string
  /** Set for callers of the brand API. */
  readonly brandId?: string
  /** 40 upper-case hex digits of the API certificate. */
  readonly serialNo: string
  readonly publicKey: KeyObject
  /** PEM of the API certificate (商户API证书). */
  readonly certificate: string
  /** PEM, PKCS#8. Kept so that the mock can hand it to clients; the mock never signs with it. */
  readonly privateKey: string
  /** APIv3 key (APIv3密钥), 32 ASCII characters. */
  readonly apiV3Key: string
  /** Application ids bound to the merchant; if empty, any appid is accepted. */
  readonly appids: readonly string[]
  /** Default: the mock's setting. */
  readonly keyMode?: KeyMode
  /** Service providers (服务商) that may act for the merchant. */
  readonly partners: readonly string[]
  /** Products that the merchant has not opened, whose calls are refused. */
  readonly unopenedProducts: readonly Product[]
  /** Fen available for all refunds together. Default: unlimited. */
  readonly refundableFen?: number
}

/** Whether a merchant may act for another: because it is the same, or its service provider (服务商). */
export function mayActFor(merchant: Merchant, { mchid, partners }: Merchant): boolean {
  return merchant.mchid === mchid || partners.includes(merchant.mchid)
}

/** A product that a merchant must open before it may use its calls. */
export type Product = 'busifavor' | 'coupon_send' | 'product_coupon' | 'subsidy' | 'event_push'

/** Whether a merchant may use the calls of a product. */
export function hasOpened({ unopenedProducts }: Merchant, product: Product): boolean {
  return !unopenedProducts.includes(product)
}

/** A merchant as a document of the store. */
type MerchantDocument = Omit<Merchant, 'publicKey'> & { readonly publicKey: string }

const PREFIX = 'merchant/'
const merchantKey = (mchid: string) => documentKey<MerchantDocument>(PREFIX + mchid)
/** Index merchant numbers by the other unique fields. */
const ownerOfSerial = (serialNo: string) => documentKey<string>(`merchant-serial/${serialNo.toUpperCase()}`)
const ownerOfBrand = (brandId: string) => documentKey<string>(`merchant-brand/${brandId}`)

/** The merchants that may call, by number, certificate serial or brand. Added merchants are documents of the store. */
export class MerchantDirectory {
  readonly #documents: Documents
  readonly #own: ReadonlySet<string>
  readonly #merchants = new Map<string, Merchant>()
  readonly #bySerial = new Map<string, Merchant>()
  readonly #byBrand = new Map<string, Merchant>()
  /** Merchants by their document, so that keys are parsed once. */
  readonly #made = new WeakMap<MerchantDocument, Merchant>()

  /**
   * @param merchants built in, whatever the store holds
   * @param documents of the mock's store
   */
  constructor(merchants: Iterable<Merchant> = [], documents: Documents = new DocumentsCopy()) {
    this.#documents = documents
    for (const merchant of merchants) this.#know(merchant)
    this.#own = new Set(this.#merchants.keys())
    this.#takeOver(documents.names(PREFIX))
    documents.subscribe((names) => this.#takeOver(names))
  }

  /** @throws UsageError `MOCK_MERCHANT_EXISTS` if the number, the serial or the brand is taken */
  add(merchant: Merchant): Awaitable<void> {
    return this.#documents.update((draft) => this.addIn(draft, merchant))
  }

  /** Does {@link add} as part of a larger change. */
  addIn(draft: DocumentsDraft, merchant: Merchant): void {
    const { mchid, serialNo, brandId } = merchant
    if (this.#own.has(mchid) || draft.get(merchantKey(mchid)) !== undefined) {
      throw new UsageError(
        'MOCK_MERCHANT_EXISTS',
        `Merchant ${mchid} exists already: leave mchid out to get a fresh one.`,
        { path: '/mchid' },
      )
    }
    if (this.#isOwn(this.withSerial(serialNo)) || draft.get(ownerOfSerial(serialNo)) !== undefined) {
      throw new UsageError('MOCK_MERCHANT_EXISTS', `Another merchant has the certificate ${serialNo} already.`, {
        path: '/merchant_serial_no',
      })
    }
    if (brandId !== undefined && (this.#isOwn(this.findBrand(brandId)) || draft.get(ownerOfBrand(brandId)))) {
      throw new UsageError('MOCK_MERCHANT_EXISTS', `Another merchant has the brand ${brandId} already.`)
    }
    const document = { ...merchant, publicKey: pemOf(merchant.publicKey) }
    this.#made.set(document, merchant)
    draft.put(merchantKey(mchid), document)
    draft.put(ownerOfSerial(serialNo), mchid)
    if (brandId !== undefined) draft.put(ownerOfBrand(brandId), mchid)
  }

  find(mchid: string): Merchant | undefined {
    return this.#merchants.get(mchid)
  }

  findBrand(brandId: string): Merchant | undefined {
    return this.#byBrand.get(brandId)
  }

  /** The owner of a certificate; serials are compared without regard to case. */
  withSerial(serialNo: string): Merchant | undefined {
    return this.#bySerial.get(serialNo.toUpperCase())
  }

  /** All merchants in the order in which they were added, without copying: there may be thousands. */
  values(): Iterable<Merchant> {
    return this.#merchants.values()
  }

  get all(): readonly Merchant[] {
    return [...this.#merchants.values()]
  }

  #isOwn(merchant: Merchant | undefined): boolean {
    return merchant !== undefined && this.#own.has(merchant.mchid)
  }

  #takeOver(names: Iterable<string>): void {
    for (const name of names) {
      if (!name.startsWith(PREFIX)) continue
      const mchid = name.slice(PREFIX.length)
      const document = this.#documents.get(merchantKey(mchid))
      this.#forget(mchid)
      if (document) this.#know(this.#made.get(document) ?? merchantFrom(document))
    }
  }

  #know(merchant: Merchant): void {
    this.#merchants.set(merchant.mchid, merchant)
    this.#bySerial.set(merchant.serialNo.toUpperCase(), merchant)
    if (merchant.brandId !== undefined) this.#byBrand.set(merchant.brandId, merchant)
  }

  #forget(mchid: string): void {
    const merchant = this.#merchants.get(mchid)
    if (!merchant) return
    this.#merchants.delete(mchid)
    this.#bySerial.delete(merchant.serialNo.toUpperCase())
    if (merchant.brandId !== undefined) this.#byBrand.delete(merchant.brandId)
  }
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function merchantFrom(document: MerchantDocument): Merchant {
  return { ...document, publicKey: createPublicKey(document.publicKey) }
}
