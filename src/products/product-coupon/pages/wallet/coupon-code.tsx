import { CODE128 } from 'jsbarcode/bin/barcodes/CODE128/index.js'
import { shortText } from '../../../../browser/phone/parts.tsx'
import { QrCode } from '../../../../browser/phone/qr-code.tsx'
import { words } from './words.ts'

/** Light modules beside a barcode, without which readers do not find it. */
const QUIET = 10
const HEIGHT = 60

/** The code of a coupon as its batch has it shown (code_display_mode): as a QR code or a barcode with the code beneath it, or not at all. */
export function CouponCode({ code, mode }: { readonly code: string; readonly mode: unknown }) {
  if (mode === 'INVISIBLE') return <p class="notice">{words.noCode}</p>
  return (
    <figure class="coupon-code">
      {mode === 'BARCODE' ? <Barcode text={code} /> : <QrCode text={code} label={words.qrCode} />}
      <figcaption class="code">{shortText(code)}</figcaption>
    </figure>
  )
}

/** CODE-128 of a text; nothing for one with characters that it does not have, such as a seed file may give a coupon. */
function Barcode({ text }: { readonly text: string }) {
  if (!/^[\x20-\x7e]+$/.test(text)) return null
  const { data } = new CODE128(text, {}).encode()
  const bars = [...data.matchAll(/1+/g)].map(
    ([bar], i, all) => `M${QUIET + (all[i]?.index ?? 0)} 0h${bar.length}v${HEIGHT}h-${bar.length}z`,
  )
  return (
    <svg
      class="bars"
      viewBox={`0 0 ${data.length + 2 * QUIET} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words.barcode}
    >
      <path d={bars.join('')} />
    </svg>
  )
}
