import { defineProduct, follow } from '../../engine/product.ts'
import { orders, refunds } from '../payment/index.ts'
import { users } from '../platform/index.ts'
import { complaintAddresses, complaintEvents, complaints, keepEndsOfComplaints, noteRefund } from './complaints.ts'
import type { ComplaintsProductCalls } from './control-calls.ts'
import { complaintImages } from './notice-and-image-calls.ts'
import * as operations from './operations.ts'
import { routes } from './routes.ts'
import type { ComplaintsStates } from './states.ts'

/** 消费者投诉: users complain about a merchant, who replies to them. */
export const complaintsProduct = defineProduct({
  id: 'complaints',
  title: { en: 'Complaints', zh: '消费者投诉' },
  operations: Object.values(operations),
  events: Object.values(complaintEvents),
  tables: [orders, refunds, users, complaints, complaintAddresses, complaintImages],
  follows: [follow(refunds, noteRefund)],
  notifyUrlOf: async (tx, mchid) => (await tx.in(complaintAddresses).find(mchid))?.url,
  keepEnds: keepEndsOfComplaints,
  routes,
  things: async () => (await import('./control-calls.ts')).things,
  calls: async (): Promise<ComplaintsProductCalls> => (await import('./control-calls.ts')).calls,
  states: async (): Promise<ComplaintsStates> => (await import('./states.ts')).states,
})
