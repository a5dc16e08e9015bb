import { describe, expect, test } from 'vitest'
import { type Merchant, MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { GOOD_STANDING } from '../../src/engine/keys/standing.ts'
import { DocumentsCopy, documentKey } from '../../src/engine/state/documents.ts'
import { UsageError } from '../../src/wire/protocol/errors.ts'
import { otherVectorMerchant, vectorMerchant } from '../wire/protocol/vectors.ts'

const { brandId: _, ...plain } = vectorMerchant
const direct: Merchant = plain
const brand: Merchant = { ...otherVectorMerchant, brandId: '100001' }

test('a merchant is found by its number, its brand, and its certificate without regard to case', () => {
  const merchants = new MerchantDirectory([direct, brand])

  expect(merchants.find(direct.mchid)).toBe(direct)
  expect(merchants.findBrand('100001')).toBe(brand)
  for (const serial of [direct.serialNo, direct.serialNo.toLowerCase()])
    expect(merchants.withSerial(serial)).toBe(direct)
  expect([merchants.find('1900000099'), merchants.find('100001')]).toEqual([undefined, undefined])
  expect([merchants.findBrand(brand.mchid), merchants.withSerial('0'.repeat(40))]).toEqual([undefined, undefined])
  expect(merchants.all).toEqual([direct, brand])
  expect(new MerchantDirectory().all).toEqual([])
})

describe('adding a merchant', () => {
  test('makes it known', () => {
    const merchants = new MerchantDirectory([direct])
    merchants.add(brand)

    expect(merchants.find(brand.mchid)).toBe(brand)
    expect(merchants.withSerial(brand.serialNo)).toBe(brand)
  })

  test('a serial written in lower case is found in upper case', () => {
    const lower = { ...direct, serialNo: direct.serialNo.toLowerCase() }

    expect(new MerchantDirectory([lower]).withSerial(direct.serialNo)).toBe(lower)
  })

  test.for([
    ['the number', { ...brand, mchid: direct.mchid }, '/mchid'],
    ['the certificate', { ...brand, serialNo: direct.serialNo }, '/merchant_serial_no'],
    ['the certificate in lower case', { ...brand, serialNo: direct.serialNo.toLowerCase() }, '/merchant_serial_no'],
  ] as const)('with %s of another is misuse and changes nothing', ([, merchant, path]) => {
    const merchants = new MerchantDirectory([direct])

    expect(() => merchants.add(merchant)).toThrow(UsageError)
    expect(() => merchants.add(merchant)).toThrow(expect.objectContaining({ code: 'MOCK_MERCHANT_EXISTS', path }))
    expect(merchants.all).toEqual([direct])
    expect(merchants.withSerial(direct.serialNo)).toBe(direct)
    expect(merchants.findBrand('100001')).toBeUndefined()
  })
})

describe('changing a merchant', () => {
  /** One built in, one that was added, in the documents of a store. */
  const both = () => {
    const documents = new DocumentsCopy()
    const merchants = new MerchantDirectory([direct], documents)
    merchants.add(brand)
    return { documents, merchants }
  }
  const { publicKey, certificate, privateKey = '' } = otherVectorMerchant
  const keys = { serialNo: 'AB'.repeat(20), publicKey, certificate, privateKey }

  test.for([direct, brand])('$name: how it stands, and back', ({ mchid }) => {
    const { documents, merchants } = both()
    merchants.change(mchid, { standing: { certificateState: 'expired' } })
    merchants.change(mchid, { standing: { apiV3KeySet: false } })

    const standing = { ...GOOD_STANDING, certificateState: 'expired', apiV3KeySet: false }
    expect(merchants.find(mchid)).toMatchObject({ standing })
    expect(new MerchantDirectory([direct], documents).find(mchid)).toMatchObject({ standing })
    expect(merchants.all.map((one) => one.mchid)).toEqual([direct.mchid, brand.mchid])
    expect(merchants.original(mchid)?.standing).toEqual(GOOD_STANDING)

    documents.update((draft) => merchants.resetIn(draft, '1900000099'))
    expect(merchants.find(mchid)).toMatchObject({ standing })
    documents.update((draft) => merchants.resetIn(draft, mchid))
    expect(merchants.find(mchid)?.standing).toEqual(GOOD_STANDING)
  })

  test.for([direct, brand])('$name: its certificate, by whose serial it is found from then on', (before) => {
    const { documents, merchants } = both()
    merchants.change(before.mchid, { refundableFen: 5 })
    merchants.replaceCertificate(before.mchid, keys)

    for (const directory of [merchants, new MerchantDirectory([direct], documents)]) {
      const after = directory.find(before.mchid)
      const { name } = before
      expect(after).toMatchObject({ name, refundableFen: 5, serialNo: keys.serialNo, certificate: keys.certificate })
      expect(after?.publicKey.equals(keys.publicKey)).toBe(true)
      expect(after?.standing).toEqual({ ...GOOD_STANDING, replacedSerials: [before.serialNo] })
      expect(directory.withSerial(keys.serialNo)).toBe(after)
      expect(directory.withSerial(before.serialNo)).toBeUndefined()
    }
    documents.update((draft) => merchants.resetIn(draft))
    expect(merchants.withSerial(before.serialNo)).toMatchObject({ mchid: before.mchid })
    expect(merchants.withSerial(keys.serialNo)).toBeUndefined()
  })

  test('that is not known does nothing', () => {
    const { documents, merchants } = both()
    const before = documents.names('')
    merchants.change('1900000099', { standing: { apiV3KeySet: false } })
    merchants.replaceCertificate('1900000099', keys)

    expect(documents.names('')).toEqual(before)
  })

  test('keeps another from coming with its new certificate', () => {
    const { merchants } = both()
    merchants.replaceCertificate(direct.mchid, keys)

    expect(() => merchants.add({ ...brand, ...keys, mchid: '1900000077' })).toThrowError('already')
  })

  test('one that was kept by an earlier version is in good standing', () => {
    const documents = new DocumentsCopy()
    const { standing: _, ...earlier } = { ...brand, publicKey: brand.publicKey.export({ type: 'spki', format: 'pem' }) }
    documents.update((draft) => draft.put(documentKey(`merchant/${brand.mchid}`), earlier))

    expect(new MerchantDirectory([], documents).find(brand.mchid)?.standing).toEqual(GOOD_STANDING)
  })

  test('is undone by a world that says nothing of it, and kept by one that does', () => {
    const { documents, merchants } = both()
    const expired = { ...GOOD_STANDING, certificateState: 'expired' as const }
    documents.update((draft) => merchants.restoreIn(draft, [{ ...direct, standing: expired }, brand]))
    merchants.change(direct.mchid, { standing: { certificateState: 'revoked' } })
    documents.update((draft) => merchants.resetIn(draft))

    expect(merchants.find(direct.mchid)?.standing).toEqual(expired)
    expect(merchants.isBuiltIn({ ...direct, standing: expired })).toBe(false)
    expect(merchants.find(brand.mchid)).toBe(brand)

    documents.update((draft) => merchants.restoreIn(draft, []))
    expect(merchants.find(direct.mchid)).toBe(direct)
    expect(merchants.isBuiltIn(direct)).toBe(true)
    expect(merchants.isBuiltIn(brand)).toBe(false)
  })
})
