import { plainText } from '../../src/browser/texts.ts'
import { texts } from '../state/appearance.ts'
import { isChanged, useSettings } from '../state/settings.ts'

/** Maximum number of settings that are named; more are only counted. */
const NAMED = 2

/** Lists in the header the settings that differ from their defaults. */
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

/** @param kind `counted` where there is not enough room for several names */
function Chip({ text, kind = '' }: { readonly text: string; readonly kind?: 'named' | 'counted' | '' }) {
  return (
    <a class={`badge calm ${kind}`} href="#/settings" title={plainText(text)}>
      {plainText(text)}
    </a>
  )
}
