import { language, texts } from '../state/appearance.ts'

/** How much of a limit is used, as a bar and in numbers. */
export function Budget({
  name,
  used,
  limit,
}: {
  readonly name: string
  readonly used: number
  /** Left out where there is none. */
  readonly limit: number | undefined
}) {
  const amount = (count: number) => count.toLocaleString(language.value)
  if (limit === undefined) {
    return (
      <p class="budget">
        {name} <span class="quiet">{amount(used)}</span>
      </p>
    )
  }
  return (
    <label class="budget">
      <span>
        {name}{' '}
        <span class="quiet">
          {amount(used)} / {amount(limit)}
          {used >= limit && ` · ${texts.value.stocks.usedUp}`}
        </span>
      </span>
      <meter
        min={0}
        max={Math.max(1, limit)}
        high={Math.max(1, limit) * 0.9}
        optimum={0}
        value={Math.min(used, limit)}
      />
    </label>
  )
}
