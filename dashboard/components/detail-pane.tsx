import type { ComponentChildren } from 'preact'
import { texts } from '../state/appearance.ts'
import type { Loaded } from '../state/use-loaded.ts'
import { Loading } from './loading.tsx'

/** One thing opened beside its list: the link back, any error, and the thing once it is loaded. */
export function DetailPane<Thing>({
  label,
  back,
  backLabel,
  loaded: { value, error },
  children,
}: {
  readonly label: string
  /** The address of the list. */
  readonly back: string
  readonly backLabel: string
  readonly loaded: Loaded<Thing>
  readonly children: (thing: Thing) => ComponentChildren
}) {
  return (
    <section class="pane detail" aria-label={label} aria-busy={value === undefined && error === undefined}>
      <a class="back" href={back}>
        ← {backLabel}
      </a>
      <a class="button close" href={back} aria-label={texts.value.close} title={texts.value.close}>
        ×
      </a>
      {error !== undefined && <p class="wrong">{error}</p>}
      {value === undefined && error === undefined && <Loading shape="detail" lines={4} />}
      {value !== undefined && children(value)}
    </section>
  )
}
