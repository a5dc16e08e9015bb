import { DOCUMENTS } from './documents.ts'
import { PRELUDE } from './prelude.ts'

/** Returns the memory settings of the server that keeps the mock; nothing if this user may not ask. */
export const MEMORY = `
local memory = redis.pcall('INFO', 'memory')
return type(memory) == 'string' and memory or ''
`

/**
 * Begins a new store, also in place of one that has lost its central keys. Argument: the format. Returns the format of the store.
 *
 * Its numbers begin with the time, so that leftover keys of an earlier store do not become part of this one. Generations that are still known to have
 * been in use are swept.
 */
export const JOIN = `${PRELUDE}${DOCUMENTS}
local format = redis.call('HGET', P .. ':meta', 'format')
if format and format ~= ARGV[1] then return format end
if meta.seed and areDocumentsThere() then
  -- A replica says here that it takes no changes.
  redis.call('HSET', P .. ':meta', 'format', ARGV[1])
  return ARGV[1]
end
local own = {P .. ':meta', documents, changedDocuments, P .. ':journal', P .. ':rates', P .. ':building', P .. ':garbage'}
local inUse = {nameOf(SEED), nameOf(ERA)}
local time = redis.call('TIME')
local first = time[1] .. string.format('%03d', math.floor(tonumber(time[2]) / 1000))
SEED = P .. ':s' .. first
redis.call('DEL', unpack(own))
if meta.seed then redis.call('RPUSH', P .. ':garbage', unpack(inUse)) end
redis.call('HSET', P .. ':meta', 'format', ARGV[1], 'count', first, 'seed', first, 'era', first)
redis.call('HSET', documents, '', '')
redis.call('SADD', keysOf(SEED), SEED)
return ARGV[1]
`
