import { describe, expect, test } from 'vitest'
import { type Merchant, MerchantDirectory } from '../../src/engine/keys/merchants.ts'
import { UsageError } from '../../src/protocol/errors.ts'
import { otherVectorMerchant, vectorMerchant } from '../protocol/vectors.ts'

const { brandId: _, ...plain } = vectorMerchant
const direct: Merchant = plain
const brand: Merchant = { ...otherVectorMerchant, brandId: '100001' }

describe('finding a merchant', () => {
  const merchants = new MerchantDirectory([direct, brand])

  test('by its number', () => {
    expect(merchants.find(direct.mchid)).toBe(direct)
    expect(merchants.find('1900000099')).toBeUndefined()
  })

  test('by its brand, which is not its number', () => {
    expect(merchants.findBrand('100001')).toBe(brand)
    expect(merchants.findBrand(brand.mchid)).toBeUndefined()
    expect(merchants.find('100001')).toBeUndefined()
  })

  test('by its certificate, without regard to case', () => {
    expect(merchants.withSerial(direct.serialNo)).toBe(direct)
    expect(merchants.withSerial(direct.serialNo.toLowerCase())).toBe(direct)
    expect(merchants.withSerial('0'.repeat(40))).toBeUndefined()
  })

  test('all of them, in the order in which they came', () => {
    expect(merchants.all).toEqual([direct, brand])
    expect(new MerchantDirectory().all).toEqual([])
  })
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
    let error: unknown
    try {
      merchants.add(merchant)
    } catch (thrown) {
      error = thrown
    }

    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ code: 'MOCK_MERCHANT_EXISTS', path })
    expect(merchants.all).toEqual([direct])
    expect(merchants.withSerial(direct.serialNo)).toBe(direct)
    expect(merchants.findBrand('100001')).toBeUndefined()
  })
})
