/** The operations of the mock's own products by their names: faults, matchers and contracts name them so. */
export * from './merchant-coupon/operations.ts'
export * from './payment/operations.ts'
export * from './platform/operations.ts'
