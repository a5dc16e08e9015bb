import { PRELUDE } from './prelude.ts'

const JOURNAL = `
local journal = P .. ':journal'
local function checkJournal()
  checkJoined()
  if redis.call('EXISTS', journal) == 0 and redis.call('HEXISTS', P .. ':meta', 'journal') == 1 then lost('journal') end
end
`

/** Adds an exchange to the journal, and drops the oldest beyond the limits. Arguments: the most exchanges, the most bytes, the exchange. */
export const ADD_EXCHANGE = `${PRELUDE}${JOURNAL}
checkJournal()
redis.call('RPUSH', journal, ARGV[3])
local function changeSize(by) return redis.call('HINCRBY', P .. ':meta', 'journal', by) end
local bytes = changeSize(#ARGV[3])
local function drop(limit)
  redis.call('HINCRBY', P .. ':meta', 'dropped' .. limit, 1)
  bytes = changeSize(-#redis.call('LPOP', journal))
end
while redis.call('LLEN', journal) > tonumber(ARGV[1]) do drop('ByNumber') end
while bytes > tonumber(ARGV[2]) and redis.call('LLEN', journal) > 1 do drop('BySize') end
return 1
`

/** Returns every exchange of the journal, oldest first. */
export const LIST_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
return redis.call('LRANGE', journal, 0, -1)
`

/** Returns how many exchanges were dropped since the journal was last emptied: by the limit on their number, and by that on their size. */
export const DROPPED_EXCHANGES = `${PRELUDE}${JOURNAL}
checkJournal()
return redis.call('HMGET', P .. ':meta', 'droppedByNumber', 'droppedBySize')
`

/** Empties the journal. */
export const CLEAR_EXCHANGES = `${PRELUDE}${JOURNAL}
redis.call('DEL', journal)
redis.call('HDEL', P .. ':meta', 'journal', 'droppedByNumber', 'droppedBySize')
return 1
`
