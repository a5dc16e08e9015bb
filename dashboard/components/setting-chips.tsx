import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { isChanged, useSettings } from '../state/settings.ts'

/** More of them are only counted. */
const NAMED = 2

/** Says in the header what is set to something else than the default. */
export function SettingChips() {
  const changed = useSettings().value?.filter(isChanged) ?? []
  const count = texts.value.settings.changed(changed.length)
  if (changed.length > NAMED) return <Chip text={count} />
  return (
    <>
      {changed.map(({ name, value }) => (
        <Chip key={name} text={`${name}: ${String(value)}`} kind="named" />
      ))}
      {changed.length > 1 && <Chip text={count} kind="counted" />}
    </>
  )
}

/** @param kind where there is no room for several names, they are counted */
function Chip({ text, kind = '' }: { readonly text: string; readonly kind?: 'named' | 'counted' | '' }) {
  return (
    <a class={`badge calm ${kind}`} href="#/settings" title={plainText(text)}>
      {plainText(text)}
    </a>
  )
}
