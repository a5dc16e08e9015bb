import {
  type Dropped,
  type Exchange,
  type ExchangeFilter,
  matches,
  type Remark,
  type SharedJournal,
} from '../../engine/journal/journal.ts'
import { StoreUnavailable } from '../../engine/state/store.ts'
import { parseKept } from '../store-errors.ts'
import { aScript, listIn, type RedisConnection } from './connection.ts'
import { PRELUDE } from './scripts/prelude.ts'
import { Together } from './together.ts'

const JOURNAL = `
local journal = P .. ':journal'
local function checkJournal()
  checkJoined()
  if redis.call('EXISTS', journal) == 0 and redis.call('HEXISTS', P .. ':meta', 'journal') == 1 then lost('journal') end
end
`

/** Adds exchanges to the journal, and drops the oldest beyond the limits. Arguments: the most exchanges, the most bytes, the exchanges. */
const ADD_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
local bytes = tonumber(redis.call('HGET', P .. ':meta', 'journal') or '0')
local length = 0
for i = 3, #ARGV do
  length = redis.call('RPUSH', journal, ARGV[i])
  bytes = bytes + #ARGV[i]
end
local function dropWhile(limit, isTooMuch)
  local dropped = 0
  while isTooMuch() do
    bytes = bytes - #redis.call('LPOP', journal)
    length = length - 1
    dropped = dropped + 1
  end
  if dropped > 0 then redis.call('HINCRBY', P .. ':meta', 'dropped' .. limit, dropped) end
end
dropWhile('ByNumber', function () return length > tonumber(ARGV[1]) end)
dropWhile('BySize', function () return bytes > tonumber(ARGV[2]) and length > 1 end)
redis.call('HSET', P .. ':meta', 'journal', string.format('%d', bytes))
return 1
`

/** Returns every exchange of the journal, oldest first. */
const LIST_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
return redis.call('LRANGE', journal, 0, -1)
`

/** Returns how many exchanges were dropped since the journal was last emptied: by the limit on their number, and by that on their size. */
const DROPPED_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
return redis.call('HMGET', P .. ':meta', 'droppedByNumber', 'droppedBySize')
`

/** Empties the journal. */
const CLEAR_EXCHANGES = `${PRELUDE}${JOURNAL}
redis.call('DEL', journal)
redis.call('HDEL', P .. ':meta', 'journal', 'droppedByNumber', 'droppedBySize')
return 1
`

const ADD = aScript(ADD_EXCHANGES, false)
const LIST = aScript(LIST_EXCHANGES, false)
const DROPPED = aScript(DROPPED_EXCHANGES, false)
const CLEAR = aScript(CLEAR_EXCHANGES, false)

/** The size limit of all exchanges together in bytes, so that large ones push out old ones early. */
const KEPT_TOTAL_BYTES = 16 * 1_048_576

/** A remark as JSON: its text in English, which instances of an earlier version read and write, and in Chinese. */
interface RemarkJson extends Omit<Remark, 'text'> {
  readonly text: string
  readonly zh?: string
}

/** An exchange as JSON, with bodies in base64. */
interface ExchangeJson extends Omit<Exchange, 'request' | 'response' | 'remarks'> {
  readonly remarks: readonly RemarkJson[]
  readonly request: Omit<Exchange['request'], 'body'> & { readonly body: string }
  readonly response?: Omit<NonNullable<Exchange['response']>, 'body'> & { readonly body: string }
}

/** Exchanges that one script adds, beyond which another one goes on; characters of JSON. */
const AT_ONCE_CHARACTERS = 1_048_576

interface NewExchange {
  readonly json: string
  readonly limit: number
}

/** The journal of all instances, in the order in which their exchanges ended. */
export class RedisJournal implements SharedJournal {
  readonly #connection: RedisConnection
  readonly #together = new Together((exchanges: readonly NewExchange[]) => this.#addAll(exchanges))

  constructor(connection: RedisConnection) {
    this.#connection = connection
  }

  async add(exchange: Exchange, limit: number): Promise<void> {
    await this.#together.add({ json: JSON.stringify(toJson(exchange)), limit })
  }

  async list(filter: ExchangeFilter = {}): Promise<readonly Exchange[]> {
    return (await this.#all()).filter((exchange) => matches(exchange, filter))
  }

  async find(id: string): Promise<Exchange | undefined> {
    return (await this.#all()).find((exchange) => exchange.id === id)
  }

  async dropped(): Promise<Dropped> {
    const counts = listIn(await this.#connection.run(DROPPED, []), 'two counts')
    const [byNumber, bySize] = counts.map((count) => Number(count ?? 0))
    return { byNumber: byNumber ?? 0, bySize: bySize ?? 0 }
  }

  async clear(): Promise<void> {
    await this.#connection.run(CLEAR, [])
  }

  async #addAll(all: readonly NewExchange[]): Promise<void> {
    let some: string[] = []
    let characters = 0
    for (const [i, { json, limit }] of all.entries()) {
      some.push(json)
      characters += json.length
      if (characters < AT_ONCE_CHARACTERS && i < all.length - 1) continue
      try {
        await this.#connection.run(ADD, [String(limit), String(KEPT_TOTAL_BYTES), ...some])
      } catch (error) {
        // The calls were answered even if the journal cannot be stored right now.
        if (!(error instanceof StoreUnavailable)) throw error
      }
      some = []
      characters = 0
    }
  }

  async #all(): Promise<readonly Exchange[]> {
    const exchanges = listIn(await this.#connection.run(LIST, []), 'exchanges')
    return exchanges.map((json): Exchange => fromJson(parseKept(String(json)) as ExchangeJson))
  }
}

function toJson({ request, response, remarks, ...exchange }: Exchange): ExchangeJson {
  return {
    ...exchange,
    remarks: remarks.map(({ text: { en, zh }, ...remark }) => ({ ...remark, text: en, zh })),
    request: { ...request, body: Buffer.from(request.body).toString('base64') },
    ...(response && { response: { ...response, body: Buffer.from(response.body).toString('base64') } }),
  }
}

function fromJson({ request, response, remarks, before, ...exchange }: ExchangeJson): Exchange {
  const { settings, rows, ...rowsByTable } = before
  return {
    ...exchange,
    remarks: remarks.map(({ text: en, zh = en, ...remark }) => ({ ...remark, text: { en, zh } })),
    // An instance of an earlier version writes the rows beside the settings.
    before: { settings, rows: rows ?? rowsByTable },
    request: { ...request, body: Buffer.from(request.body, 'base64') },
    ...(response && { response: { ...response, body: Buffer.from(response.body, 'base64') } }),
  }
}
