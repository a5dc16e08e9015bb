import type { CompletedStock } from '../../src/products/merchant-coupon/stocks/table.ts'
import { StateBadge } from '../components/badges.tsx'
import { Budget } from '../components/budget.tsx'
import { DetailPane } from '../components/detail-pane.tsx'
import { Fact } from '../components/fact.tsx'
import { ListPane } from '../components/list-pane.tsx'
import { plainText } from '../plain-text.ts'
import { texts } from '../state/appearance.ts'
import { control } from '../state/control.ts'
import { attempt } from '../state/notices.ts'
import { addressOf } from '../state/route.ts'
import { touches, useLoaded } from '../state/use-loaded.ts'
import { dateOf, readable, yuan } from '../times.ts'

const STATES = ['RUNNING', 'PAUSED', 'STOPED', 'UNAUDIT'] as const

/** The batches, and what is left of one. */
export function StocksView() {
  const words = texts.value.stocks
  return (
    <ListPane<CompletedStock>
      view="stocks"
      words={words}
      load={(client, wanted) => client.stocks(wanted)}
      nameOf={({ mchid, stock_id }) => [mchid, stock_id]}
      concerns={touches('stocks')}
      row={(stock) => (
        <>
          <span class="first">
            <StateBadge state={stock.state} />
            <span class="what">
              <span class="mono">{plainText(stock.stock_id)}</span> {plainText(stock.stock_name)}
            </span>
          </span>
          <span class="second">
            <span class="address">
              {words.creator} {stock.mchid} · {words.sent(stock.sent.total)}
            </span>
            <span class="aside">{readable(stock.create_time)}</span>
          </span>
        </>
      )}
      opened={([mchid, stockId], back) =>
        mchid !== undefined && stockId !== undefined ? (
          <StockDetail key={`${mchid} ${stockId}`} mchid={mchid} stockId={stockId} back={back} />
        ) : undefined
      }
    />
  )
}

function StockDetail({
  mchid,
  stockId,
  back,
}: {
  readonly mchid: string
  readonly stockId: string
  readonly back: string
}) {
  const words = texts.value.stocks
  const loaded = useLoaded(
    JSON.stringify([mchid, stockId]),
    (client) => client.stock(stockId, { mchid }),
    touches('stocks', 'codes'),
  )
  return (
    <DetailPane label={words.stock} back={back} backLabel={words.back} loaded={loaded}>
      {(stock) => (
        <>
          <header class="detail-head">
            <h2>
              <StateBadge state={stock.state} /> <bdi class="mono">{plainText(stock.stock_id)}</bdi>
            </h2>
            <p class="wrap">{plainText(stock.stock_name)}</p>
            <Budgets stock={stock} />
            <Facts stock={stock} />
            <p>
              <a href={addressOf(['coupons'], { text: stock.stock_id })}>{words.coupons}</a>
            </p>
            <p class="actions">
              {STATES.map((state) => (
                <button
                  key={state}
                  type="button"
                  disabled={stock.state === state}
                  onClick={() =>
                    void attempt(() => control.value.patchStock(stockId, { state }, { mchid }), words.changed)
                  }
                >
                  {words.actions[state]}
                </button>
              ))}
            </p>
          </header>
        </>
      )}
    </DetailPane>
  )
}

/** How much of each limit is used. */
function Budgets({ stock: { sent, codes, stock_send_rule: rule } }: { readonly stock: CompletedStock }) {
  const words = texts.value.stocks
  const onDay = sent.day === undefined ? '' : dateOf(sent.day)
  return (
    <div class="budgets">
      <Budget name={words.sentInAll} used={sent.total} limit={rule.max_coupons} />
      {rule.max_coupons_by_day !== undefined && (
        <Budget name={words.sentOn(onDay)} used={sent.today ?? 0} limit={rule.max_coupons_by_day} />
      )}
      {codes && <Budget name={words.codesUsed} used={codes.total - codes.available} limit={codes.total} />}
    </div>
  )
}

function Facts({ stock }: { readonly stock: CompletedStock }) {
  const words = texts.value.stocks
  const { stock_send_rule: rule, coupon_use_rule: use } = stock
  const { available_begin_time: from, available_end_time: until } = use.coupon_available_time ?? {}
  return (
    <dl class="facts">
      <Fact name={words.worth}>{worthOf(stock)}</Fact>
      <Fact name={words.goods}>{plainText(stock.goods_name)}</Fact>
      {from !== undefined && until !== undefined && (
        <Fact name={words.usable}>{`${readable(from)} – ${readable(until)}`}</Fact>
      )}
      {rule.max_coupons_per_user !== undefined && <Fact name={words.perUser}>{String(rule.max_coupons_per_user)}</Fact>}
      {rule.max_amount !== undefined && <Fact name={words.maxAmount}>{yuan(rule.max_amount)}</Fact>}
      <Fact name={words.codeMode}>{`${stock.coupon_code_mode} ${words.codeModes[stock.coupon_code_mode]}`}</Fact>
      <Fact name={words.creator}>{stock.mchid}</Fact>
      <Fact name={words.owner}>{stock.belong_merchant}</Fact>
    </dl>
  )
}

/** What a coupon of a batch is worth. */
function worthOf({ coupon_use_rule: rule }: CompletedStock): string {
  const words = texts.value.stocks
  const { fixed_normal_coupon: normal, discount_coupon: discount, exchange_coupon: exchange } = rule
  if (normal) return words.off(yuan(normal.discount_amount), yuan(normal.transaction_minimum))
  if (discount) return words.discount(discount.discount_percent, yuan(discount.transaction_minimum))
  return exchange ? words.exchange(yuan(exchange.exchange_price), yuan(exchange.transaction_minimum)) : ''
}
