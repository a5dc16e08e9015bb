import { texts } from '../state/appearance.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

/** Warns in the header that planned faults will hit calls or callbacks; hidden without such faults. */
export function FaultChip() {
  const { value = [] } = useLoaded('faults', (client) => client.faults(), touches('faults'))
  if (value.length === 0) return null
  return (
    <a class="badge warn" href="#/faults">
      ⚡ {texts.value.faults.active(value.length)}
    </a>
  )
}
