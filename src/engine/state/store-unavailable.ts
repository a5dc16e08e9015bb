/**
 * The store can not be reached, or does not do what it is asked for. Neither an answer of the service nor a bug: doors answer with 503 in
 * plain text that names the mock, and the same call may succeed later. A change that was under way may have been kept or not.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
