import { createPublicKey, type KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { refusalAt, UsageError } from '../../wire/protocol/errors.ts'
import type { Awaitable } from '../../wire/shared/pieces.ts'
import {
  type Documents,
  DocumentsCopy,
  type DocumentsDraft,
  type DocumentsReader,
  documentKey,
} from '../state/documents.ts'
import { GOOD_STANDING, type Standing, withNewCertificate } from './standing.ts'

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
  /** The certificates, the one in use first. */
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
  /** PEM, PKCS#8. Kept so that the mock can hand it to clients; left out if the mock was only given the certificate. */
  readonly privateKey?: string
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
  readonly standing: Standing
}

/** The key pair that a merchant signs with, and the certificate that proves it. */
export type MerchantKeys = Pick<Merchant, 'serialNo' | 'publicKey' | 'certificate' | 'privateKey'>

/** Whether a merchant may act for another: because it is the same, or its service provider (服务商). */
export function mayActFor(merchant: Merchant, { mchid, partners }: Merchant): boolean {
  return merchant.mchid === mchid || partners.includes(merchant.mchid)
}

/** A product that a merchant must open before it may use its calls. */
export type Product = 'busifavor' | 'coupon_send' | 'product_coupon' | 'subsidy' | 'event_push'

export function hasOpened({ unopenedProducts }: Merchant, product: Product): boolean {
  return !unopenedProducts.includes(product)
}

/** Members of a merchant that may change. */
interface MerchantChange extends Partial<Pick<Merchant, 'refundableFen' | 'appids' | 'partners' | 'unopenedProducts'>> {
  readonly standing?: Partial<Standing>
}

/** A merchant as a document of the store; documents of earlier versions do not include the standing. */
type MerchantDocument = Omit<Merchant, 'publicKey' | 'standing'> & {
  readonly publicKey: string
  readonly standing?: Standing
}

const PREFIX = 'merchant/'

const merchantKey = (mchid: string) => documentKey<MerchantDocument>(PREFIX + mchid)

/** Documents with changes to a merchant since it was made. A reset drops them. */
const CHANGE_PREFIX = 'merchant-change/'

const changeKey = (mchid: string) => documentKey<Partial<MerchantDocument>>(CHANGE_PREFIX + mchid)

/** Documents that find merchant numbers by the other unique fields. */
const ownerOfSerial = (serialNo: string) => documentKey<string>(`merchant-serial/${serialNo.toUpperCase()}`)

const ownerOfBrand = (brandId: string) => documentKey<string>(`merchant-brand/${brandId}`)

/**
 * The merchants that may call, by number, certificate serial or brand. Those that were added are documents of the store, and so is what was
 * changed about any of them.
 */
export class MerchantDirectory {
  readonly #documents: Documents
  readonly #builtIn: ReadonlyMap<string, Merchant>
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
    this.#builtIn = new Map(this.#merchants)
    this.#takeOver([...documents.names(PREFIX), ...documents.names(CHANGE_PREFIX)])
    documents.subscribe((names) => this.#takeOver(names))
  }

  /** @throws UsageError `MOCK_MERCHANT_EXISTS` if the number, the serial or the brand is taken */
  add(merchant: Merchant): Awaitable<void> {
    return this.#documents.update((draft) => this.addIn(draft, merchant))
  }

  /** Does {@link add} as part of a larger change. */
  addIn(draft: DocumentsDraft, merchant: Merchant): void {
    const { mchid, serialNo, brandId } = merchant
    if (this.#builtIn.has(mchid) || draft.get(merchantKey(mchid)) !== undefined) {
      throw refusalAt('/mchid', 'MOCK_MERCHANT_EXISTS', {
        en: `Merchant ${mchid} exists already: leave mchid out to get a fresh one.`,
        zh: `商户 ${mchid} 已存在：请去掉 mchid，由模拟服务新分配一个商户号。`,
      })
    }
    if (this.withSerial(serialNo) || draft.get(ownerOfSerial(serialNo)) !== undefined) {
      throw refusalAt('/merchant_serial_no', 'MOCK_MERCHANT_EXISTS', {
        en: `Another merchant has the certificate ${serialNo} already.`,
        zh: `证书（序列号 ${serialNo}）已属于另一个商户，请换一张证书。`,
      })
    }
    if (brandId !== undefined && (this.findBrand(brandId) || draft.get(ownerOfBrand(brandId)) !== undefined)) {
      throw new UsageError('MOCK_MERCHANT_EXISTS', {
        en: `Another merchant has the brand ${brandId} already.`,
        zh: `品牌 ${brandId} 已属于另一个商户，请换一个品牌 ID。`,
      })
    }
    this.#put(draft, merchant)
    if (brandId !== undefined) draft.put(ownerOfBrand(brandId), mchid)
  }

  /** Changes a merchant's standing, or its money for refunds, until the next reset. */
  change(mchid: string, { standing, ...change }: MerchantChange): Awaitable<void> {
    return this.#documents.update((draft) => {
      const merchant = this.#read(draft, mchid)
      if (!merchant) return
      draft.put(changeKey(mchid), {
        ...draft.get(changeKey(mchid)),
        ...change,
        standing: { ...merchant.standing, ...standing },
      })
    })
  }

  /** Replaces a merchant's certificate with a new one, until the next reset. */
  replaceCertificate(mchid: string, keys: MerchantKeys): Awaitable<void> {
    return this.#documents.update((draft) => {
      const merchant = this.#read(draft, mchid)
      if (!merchant) return
      const standing = withNewCertificate(merchant.standing, merchant.serialNo)
      draft.put(changeKey(mchid), {
        ...draft.get(changeKey(mchid)),
        ...keys,
        publicKey: pemOf(keys.publicKey),
        standing,
      })
    })
  }

  /** Undoes the changes to one merchant or all, as part of a larger change. */
  resetIn(draft: DocumentsDraft, mchid?: string): void {
    const all = draft.names(CHANGE_PREFIX)
    for (const name of mchid === undefined ? all : all.filter((one) => one === changeKey(mchid).name)) {
      draft.delete({ name })
    }
  }

  /**
   * Restores existing merchants to what a world states of them, and built-in ones that it does not mention to their original state, as part of a
   * larger change.
   */
  restoreIn(draft: DocumentsDraft, merchants: Iterable<Merchant>): void {
    this.resetIn(draft)
    for (const mchid of this.#builtIn.keys()) {
      if (draft.get(merchantKey(mchid)) !== undefined) draft.delete(merchantKey(mchid))
    }
    for (const merchant of merchants) {
      const known = this.#read(draft, merchant.mchid)
      if (known && isLike(known, merchant)) continue
      this.#put(draft, merchant)
    }
  }

  /** A merchant in its original state, without later changes. */
  original(mchid: string): Merchant | undefined {
    return this.#builtIn.get(mchid) ?? this.#fromDocument(this.#documents.get(merchantKey(mchid)))
  }

  /** Whether a merchant is the same in every unchanged mock. */
  isBuiltIn(merchant: Merchant): boolean {
    const builtIn = this.#builtIn.get(merchant.mchid)
    return builtIn !== undefined && isLike(builtIn, merchant)
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

  #put(draft: DocumentsDraft, merchant: Merchant): void {
    const document = { ...merchant, publicKey: pemOf(merchant.publicKey) }
    this.#made.set(document, merchant)
    draft.put(merchantKey(merchant.mchid), document)
    draft.put(ownerOfSerial(merchant.serialNo), merchant.mchid)
  }

  #takeOver(names: Iterable<string>): void {
    const mchids = new Set<string>()
    for (const name of names) {
      const prefix = [PREFIX, CHANGE_PREFIX].find((one) => name.startsWith(one))
      if (prefix !== undefined) mchids.add(name.slice(prefix.length))
    }
    for (const mchid of mchids) {
      this.#forgetIndexes(mchid)
      const merchant = this.#read(this.#documents, mchid)
      if (merchant) this.#know(merchant)
      else this.#merchants.delete(mchid)
    }
  }

  /** A merchant with its later changes. */
  #read(documents: DocumentsReader, mchid: string): Merchant | undefined {
    const merchant = this.#fromDocument(documents.get(merchantKey(mchid))) ?? this.#builtIn.get(mchid)
    const change = merchant && documents.get(changeKey(mchid))
    if (!change) return merchant
    const { publicKey, ...rest } = change
    return { ...merchant, ...rest, ...(publicKey !== undefined && { publicKey: createPublicKey(publicKey) }) }
  }

  #fromDocument(document: MerchantDocument | undefined): Merchant | undefined {
    return document && (this.#made.get(document) ?? merchantFrom(document))
  }

  /** A merchant that is already known keeps its place in the order. */
  #know(merchant: Merchant): void {
    this.#merchants.set(merchant.mchid, merchant)
    this.#bySerial.set(merchant.serialNo.toUpperCase(), merchant)
    if (merchant.brandId !== undefined) this.#byBrand.set(merchant.brandId, merchant)
  }

  #forgetIndexes(mchid: string): void {
    const merchant = this.#merchants.get(mchid)
    if (!merchant) return
    this.#bySerial.delete(merchant.serialNo.toUpperCase())
    if (merchant.brandId !== undefined) this.#byBrand.delete(merchant.brandId)
  }
}

/** Whether two states of a merchant agree in everything that may change. */
function isLike(one: Merchant, other: Merchant): boolean {
  return (
    one.serialNo === other.serialNo &&
    (one.privateKey === undefined) === (other.privateKey === undefined) &&
    one.refundableFen === other.refundableFen &&
    (['appids', 'partners', 'unopenedProducts', 'standing'] as const).every((name) =>
      isDeepStrictEqual(one[name], other[name]),
    )
  )
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function merchantFrom({ publicKey, standing = GOOD_STANDING, ...document }: MerchantDocument): Merchant {
  return { ...document, standing, publicKey: createPublicKey(publicKey) }
}
