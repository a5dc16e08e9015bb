import { useEffect, useRef } from 'preact/hooks'
import { plainText } from '../../src/wire/shared/texts.ts'
import { type Language, language, type Theme, texts, theme } from '../state/appearance.ts'
import { connection } from '../state/connection.ts'
import { saved } from '../state/saved.ts'
import { isChanged, useSettings } from '../state/settings.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { ClockReading } from './clock-reading.tsx'
import { SearchBox } from './search-box.tsx'

/** A navigation link. */
export interface Link {
  readonly address: string
  readonly title: string
  readonly isCurrent: boolean
}

/** The bar above every view: navigation and appearance. */
export function TopBar({ groups }: { readonly groups: readonly (readonly Link[])[] }) {
  const words = texts.value
  const names = useRef<HTMLUListElement>(null)
  // A phone lacks room for all names, and chips reduce it further.
  useEffect(() => {
    const list = names.current
    if (list === null) return
    const observer = new ResizeObserver(() =>
      list.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }),
    )
    observer.observe(list)
    return () => observer.disconnect()
  }, [groups.flat().findIndex(({ isCurrent }) => isCurrent), words])
  return (
    <header class="top">
      <div class="brand">
        <span class={`pulse ${connection.value}`} aria-hidden="true" />
        <strong>wechatpay-mock</strong>
        <span class="quiet connection">{words.connection[connection.value]}</span>
      </div>
      <nav aria-label={words.navigation}>
        <ul ref={names}>
          {groups.map((links) =>
            links.map(({ address, title, isCurrent }, i) => (
              <li key={address} class={i === 0 ? 'first-of-group' : ''}>
                <a href={address} aria-current={isCurrent ? 'page' : undefined}>
                  {title}
                </a>
              </li>
            )),
          )}
        </ul>
      </nav>
      <div class="chips">
        <FaultChip />
        <SettingChips />
      </div>
      <div class="tools">
        {!saved && <SearchBox views={groups.flat()} />}
        <ClockReading />
        <select
          aria-label={words.language}
          value={language.value}
          onChange={({ currentTarget }) => {
            language.value = currentTarget.value as Language
          }}
        >
          <option value="zh" lang="zh-CN">
            中文
          </option>
          <option value="en" lang="en">
            English
          </option>
        </select>
        <select
          aria-label={words.theme}
          value={theme.value}
          onChange={({ currentTarget }) => {
            theme.value = currentTarget.value as Theme
          }}
        >
          {(['auto', 'light', 'dark'] as const).map((one) => (
            <option key={one} value={one}>
              {words.themes[one]}
            </option>
          ))}
        </select>
      </div>
    </header>
  )
}

/** Warns in the header that planned faults will hit calls or callbacks; hidden without such faults. */
function FaultChip() {
  const { value = [] } = useLoaded('faults', (client) => client.faults(), touches('faults'))
  if (value.length === 0) return null
  return (
    <a class="badge warn" href="#/faults">
      ⚡ {texts.value.faults.active(value.length)}
    </a>
  )
}

/** Maximum number of settings that are named; more are only counted. */
const NAMED = 2

/** Lists in the header the settings that differ from their defaults. */
function SettingChips() {
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
