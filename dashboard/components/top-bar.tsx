import { useEffect, useRef } from 'preact/hooks'
import { type Language, language, type Theme, texts, theme } from '../state/appearance.ts'
import { connection } from '../state/connection.ts'
import { ClockReading } from './clock-reading.tsx'
import { FaultChip } from './fault-chip.tsx'
import { SettingChips } from './setting-chips.tsx'

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
