// Made by `npm run docs` from the products in index.ts, whose folders have their ids.

/** The operations of the mock's own products by the names that faults, matchers and contracts use. */
export * from './bill/operations.ts'
export * from './complaints/operations.ts'
export * from './merchant-coupon/operations.ts'
export * from './payment/operations.ts'
export * from './platform/operations.ts'
export * from './product-coupon/operations.ts'
export * from './profit-sharing/operations.ts'
export * from './transfer/operations.ts'
