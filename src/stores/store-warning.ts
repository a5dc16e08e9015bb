/**
 * What is questionable about a data file or a store that a mock works with nonetheless: other users can read or write the file; a Redis does not
 * say whether it evicts keys.
 */
export type StoreWarningKind = 'open_to_others' | 'eviction_unknown'

/** A warning about the state that a mock was opened with. */
export class StoreWarning {
  readonly kind: StoreWarningKind
  /** The path of the file, or the address of the store without user and password. */
  readonly subject: string
  /** What is wrong, and what to do. */
  readonly message: string

  constructor(kind: StoreWarningKind, subject: string) {
    this.kind = kind
    this.subject = subject
    this.message = messageOf(kind, subject)
  }
}

function messageOf(kind: StoreWarningKind, subject: string): string {
  switch (kind) {
    case 'open_to_others':
      return `${subject} is open to other users of this machine: close it to them with chmod go-rwx.`
    case 'eviction_unknown':
      return `The store at ${subject} does not say whether it evicts keys when its memory is full: make sure that its maxmemory-policy is noeviction, or allow this user to run INFO.`
  }
}
