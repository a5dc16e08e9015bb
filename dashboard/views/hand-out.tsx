import { useEffect, useState } from 'preact/hooks'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { goTo } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'

/** Lets a user receive a coupon, as from the phone. */
export function HandOut() {
  const words = texts.value.coupons
  const { value } = useLoaded('stocks', (client) => client.stocks({ limit: 200 }), touches('stocks'))
  const [chosen, choose] = useState<string>()
  const [openid, setOpenid] = useState('')
  const [code, setCode] = useState('')
  const stock = value?.items.find((one) => nameOf(one) === chosen)
  const [newest] = value?.items ?? []
  // What is shown as chosen stays so when newer ones arrive.
  useEffect(() => {
    if (!stock && newest) choose(nameOf(newest))
  }, [stock, newest])
  const bringsCodes = stock?.coupon_code_mode === 'MERCHANT_API'
  const receive = async () => {
    if (!stock) return
    const { stock_id, mchid } = stock
    const how = { ...(openid !== '' && { openid }), ...(bringsCodes && { coupon_code: code || madeUpCode() }) }
    const made = await attempt(() => control.value.handOutCoupon(stock_id, how, { mchid }), words.received)
    if (made) goTo(['coupons', made.mchid, made.stock_id, made.coupon_code])
  }
  return (
    <details>
      <summary>{words.receive}</summary>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault()
          void receive()
        }}
      >
        <div class="fields">
          <label>
            {words.batch}
            <select value={stock && nameOf(stock)} onChange={({ currentTarget }) => choose(currentTarget.value)}>
              {value?.items.map((one) => (
                <option key={nameOf(one)} value={nameOf(one)}>
                  {plainText(`${one.stock_id} ${one.stock_name}`)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {words.openid}
            <input
              value={openid}
              maxLength={128}
              placeholder={words.auto}
              onInput={({ currentTarget }) => setOpenid(currentTarget.value)}
            />
          </label>
          {bringsCodes && (
            <label>
              {words.code}
              <input
                value={code}
                maxLength={32}
                placeholder={words.auto}
                onInput={({ currentTarget }) => setCode(currentTarget.value)}
              />
            </label>
          )}
        </div>
        <p class="actions">
          <button type="submit" class="primary" disabled={!stock}>
            {words.receiveNow}
          </button>
        </p>
      </form>
    </details>
  )
}

/** What tells a batch from all others. */
function nameOf({ mchid, stock_id }: { readonly mchid: string; readonly stock_id: string }): string {
  return `${mchid} ${stock_id}`
}

/** As the merchant would bring one. */
function madeUpCode(): string {
  return crypto.getRandomValues(new Uint32Array(3)).join('').slice(0, 20)
}
