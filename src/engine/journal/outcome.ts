/** Classes of statuses. `other`: no answer, or a status outside the three classes, such as a redirect. */
export const STATUS_CLASSES = ['2xx', '4xx', '5xx', 'other'] as const

export type StatusClass = (typeof STATUS_CLASSES)[number]

/** How an exchange may have ended. `error`: anything but 2xx. `faulted`: hit by a planned fault, whatever its status. */
export const OUTCOMES = ['error', ...STATUS_CLASSES, 'faulted'] as const

export type Outcome = (typeof OUTCOMES)[number]

interface Ended {
  readonly response?: { readonly status: number } | undefined
  readonly remarks: readonly { readonly about: string }[]
}

export function statusClassOf({ response }: Pick<Ended, 'response'>): StatusClass {
  switch (response && Math.floor(response.status / 100)) {
    case 2:
      return '2xx'
    case 4:
      return '4xx'
    case 5:
      return '5xx'
    default:
      return 'other'
  }
}

export function isError(statusClass: StatusClass): boolean {
  return statusClass !== '2xx'
}

export function isFaulted({ remarks }: Pick<Ended, 'remarks'>): boolean {
  return remarks.some(({ about }) => about === 'fault')
}

export function hasOutcome(exchange: Ended, outcome: Outcome): boolean {
  if (outcome === 'faulted') return isFaulted(exchange)
  const statusClass = statusClassOf(exchange)
  return outcome === 'error' ? isError(statusClass) : outcome === statusClass
}
