export { queryProductCoupon } from './product-calls.ts'
