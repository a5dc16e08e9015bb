export { createSharing } from './create-sharing.ts'
export { addReceiver, deleteReceiver } from './receiver-calls.ts'
export { createSharingReturn, querySharingReturn } from './return-calls.ts'
export { queryMaxRatio, querySharing, queryUnsplitAmount, unfreezeOrder } from './sharing-calls.ts'
