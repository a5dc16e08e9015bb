import type { ComponentChildren } from 'preact'

type Kind = 'good' | 'bad' | 'warn' | 'calm'

/** What is drawn in the round sign. */
const STROKES: Readonly<Record<Kind, string>> = {
  good: 'M16 25.5l5.5 5.5L33 18.5',
  bad: 'M18 18l12 12M30 18L18 30',
  warn: 'M24 14.5v12M24 32.6v.1',
  calm: 'M24 15v9.5l6.5 4',
}

/** A round sign with what it says beneath. */
export function Sign({ kind, children }: { readonly kind: Kind; readonly children: ComponentChildren }) {
  return (
    <div class={`sign ${kind}`}>
      <svg viewBox="0 0 48 48" width="64" height="64" aria-hidden="true">
        <circle cx="24" cy="24" r="24" />
        <path d={STROKES[kind]} />
      </svg>
      {children}
    </div>
  )
}
