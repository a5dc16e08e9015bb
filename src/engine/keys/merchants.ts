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

/** The platform's side: what answers are signed with. */
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
  /** PEM, PKCS#8. Only there so that the mock can hand it to clients; the mock itself never signs with it. */
  readonly privateKey: string
  /** APIv3 key (APIv3密钥), 32 ASCII characters. */
  readonly apiV3Key: string
  /** Application ids bound to the merchant; empty means any appid is taken. */
  readonly appids: readonly string[]
  /** Left out: as the mock is set. */
  readonly keyMode?: KeyMode
  /** Service providers (服务商) that may act for the merchant. */
  readonly partners: readonly string[]
  /** Products that the merchant has not opened, so that calls of theirs are refused. */
  readonly unopenedProducts: readonly Product[]
  /** Fen that the merchant has for refunds, all of them together; left out: enough. */
  readonly refundableFen?: number
}

/** Whether a merchant may act for another: for itself, or as its service provider (服务商). */
export function mayActFor(merchant: Merchant, { mchid, partners }: Merchant): boolean {
  return merchant.mchid === mchid || partners.includes(merchant.mchid)
}

/** A product that a merchant has to open before it may use its calls. */
export type Product = 'busifavor' | 'coupon_send' | 'product_coupon' | 'subsidy' | 'event_push'

/** Whether a merchant may use the calls of a product. */
export function hasOpened({ unopenedProducts }: Merchant, product: Product): boolean {
  return !unopenedProducts.includes(product)
}

/** A merchant as a document has it. */
type MerchantDocument = Omit<Merchant, 'publicKey'> & { readonly publicKey: string }

const PREFIX = 'merchant/'
const merchantKey = (mchid: string) => documentKey<MerchantDocument>(PREFIX + mchid)
/** Numbers of merchants by what else is unique of them. */
const ownerOfSerial = (serialNo: string) => documentKey<string>(`merchant-serial/${serialNo.toUpperCase()}`)
const ownerOfBrand = (brandId: string) => documentKey<string>(`merchant-brand/${brandId}`)

/** The merchants that may call, found by number or by certificate serial. Those that were added are documents of the store. */
export class MerchantDirectory {
  readonly #documents: Documents
  readonly #own: ReadonlySet<string>
  readonly #merchants = new Map<string, Merchant>()
  readonly #bySerial = new Map<string, Merchant>()
  readonly #byBrand = new Map<string, Merchant>()
  /** What was made of a document, so that keys are read once. */
  readonly #made = new WeakMap<MerchantDocument, Merchant>()

  /**
   * @param merchants those that every mock has, whatever its store
   * @param documents those of the mock's store
   */
  constructor(merchants: Iterable<Merchant> = [], documents: Documents = new DocumentsCopy()) {
    this.#documents = documents
    for (const merchant of merchants) this.#know(merchant)
    this.#own = new Set(this.#merchants.keys())
    this.#takeOver(documents.names(PREFIX))
    documents.subscribe((names) => this.#takeOver(names))
  }

  /** @throws UsageError `MOCK_MERCHANT_EXISTS` when the number, the serial or the brand is taken */
  add(merchant: Merchant): Awaitable<void> {
    return this.#documents.update((draft) => this.addIn(draft, merchant))
  }

  /** Does what {@link add} does as a part of a larger change. */
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

  /** One after the other, in the order in which they were added: there may be thousands. */
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
