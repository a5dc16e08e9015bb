import { encode } from 'uqr'

/** A QR code of a text; the label is for those who do not see it. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const { size, data } = encode(text, { border: 4 })
  const modules = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
  return (
    <svg
      viewBox={`0 0 ${size} ${size}`}
      width="200"
      height="200"
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={modules.join('')} />
    </svg>
  )
}
