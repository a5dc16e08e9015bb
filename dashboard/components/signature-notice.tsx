import { TIMESTAMP_WINDOW_SECONDS } from '../../src/protocol/authorization.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { useClock } from '../state/use-clock.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { offsetText } from './clock-reading.tsx'

/** Reports that clients get 401 because the mock's clock has been moved, and offers to fix it. */
export function SignatureNotice() {
  const clock = useClock()
  const { value } = useLoaded('settings', (client) => client.settings(), touches('settings'))
  const isRefused =
    clock !== undefined &&
    value?.auth === 'strict' &&
    value.signature_clock === 'mock' &&
    Math.abs(clock.aheadMs) > TIMESTAMP_WINDOW_SECONDS * 1_000
  const words = texts.value.clock
  return (
    <div role="status">
      {isRefused && (
        <p class="banner">
          <span>{words.refused(offsetText(clock.aheadMs) ?? '')}</span>{' '}
          <button
            type="button"
            onClick={() =>
              void attempt(() => control.value.changeSettings({ signature_clock: 'machine' }), words.judged.machine)
            }
          >
            {words.judgeInstead}
          </button>
        </p>
      )}
    </div>
  )
}
