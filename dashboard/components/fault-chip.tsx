import { texts } from '../state/appearance.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

/** Says in the header that calls or callbacks will go wrong as planned; nothing while none will. */
export function FaultChip() {
  const { value = [] } = useLoaded('faults', (client) => client.faults(), touches('faults'))
  if (value.length === 0) return null
  return (
    <a class="badge warn" href="#/faults">
      ⚡ {texts.value.faults.active(value.length)}
    </a>
  )
}
