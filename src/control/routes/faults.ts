import { z } from 'zod'
import { faultJson, plannedFaultJson } from '../answer-format.ts'
import { defineCall } from '../call.ts'

export const faults = defineCall({
  id: 'faults',
  method: 'GET',
  path: '/_mock/faults',
  summary: 'The faults that are still to come, in the order they were planned in',
  answer: z.array(plannedFaultJson),
  handle: (_, { mock }) => [...mock.faults.planned],
})

export const planFault = defineCall({
  id: 'planFault',
  method: 'POST',
  path: '/_mock/faults',
  summary: 'Let the next authenticated calls be answered with one of their documented errors; they change nothing then',
  body: faultJson,
  status: 201,
  answer: plannedFaultJson,
  refusals: {
    MOCK_OPERATION_UNKNOWN: 'the mock has no operation with this id',
    MOCK_FAULT_UNKNOWN: 'the operation has no such error',
  },
  handle: ({ body: { operation, error, times } }, { mock }) =>
    mock.faults.plan({ ...(operation !== undefined && { operation }), error, ...(times !== undefined && { times }) }),
})

export const clearFaults = defineCall({
  id: 'clearFaults',
  method: 'DELETE',
  path: '/_mock/faults',
  summary: 'Forget the faults that are still to come',
  handle(_, { mock }) {
    mock.faults.clear()
  },
})
