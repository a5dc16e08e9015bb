import { texts } from '../state/appearance.ts'

/** An HTTP status: its class as a colour, and always the number. */
export function StatusBadge({ status }: { readonly status: number | undefined }) {
  if (status === undefined) return <span class="badge bad">{texts.value.noAnswer}</span>
  const kind = status < 300 ? 'good' : status === 401 ? 'denied' : status < 500 ? 'warn' : 'bad'
  return <span class={`badge ${kind}`}>{status}</span>
}

const STATE_KINDS: Readonly<Record<string, string>> = {
  SENDED: 'good',
  USED: 'calm',
  EXPIRED: 'warn',
  DEACTIVATED: 'bad',
  DELETED: 'bad',
  NOTPAY: 'warn',
  USERPAYING: 'warn',
  PAYERROR: 'warn',
  REVOKED: 'bad',
  SUCCESS: 'good',
  REFUND: 'calm',
  CLOSED: 'bad',
  pending: 'warn',
  delivered: 'good',
  failed: 'bad',
}

/** A state of a coupon, an order or a callback: the wire's word, and what it means. */
export function StateBadge({
  state,
  meaning = texts.value.states[state],
}: {
  readonly state: string
  readonly meaning?: string | undefined
}) {
  return (
    <span class={`badge ${STATE_KINDS[state] ?? 'calm'}`} title={meaning}>
      {state}
      {meaning !== undefined && <span class="meaning"> {meaning}</span>}
    </span>
  )
}
