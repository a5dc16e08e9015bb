import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { isChanged, useSettings } from '../state/settings.ts'

/** More of them are only counted. */
const NAMED = 2

/** Says in the header what is set to something else than the default. */
export function SettingChips() {
  const changed = useSettings().value?.filter(isChanged) ?? []
  if (changed.length > NAMED) return <Chip text={texts.value.settings.changed(changed.length)} />
  return changed.map(({ name, value }) => <Chip key={name} text={`${name}: ${String(value)}`} />)
}

function Chip({ text }: { readonly text: string }) {
  return (
    <a class="badge calm" href="#/settings" title={plainText(text)}>
      {plainText(text)}
    </a>
  )
}
