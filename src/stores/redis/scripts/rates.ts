import { PRELUDE } from './prelude.ts'

const RATES = `
local rates = P .. ':rates'
local function checkRates()
  checkJoined()
  if redis.call('EXISTS', rates) == 0 and redis.call('HEXISTS', P .. ':meta', 'rates') == 1 then lost('rates') end
end
`

/** Returns the count of a window. Arguments: mchid, operation, start of the window, limit. */
const TAKEN = String.raw`${RATES}
checkRates()
local field = ARGV[1] .. '\1' .. ARGV[2]
local known = redis.call('HGET', rates, field)
local start, taken = string.match(known or '', '^(.*) (%d+)$')
taken = start == ARGV[3] and tonumber(taken) or 0
`

/** Tells whether a limit is reached, with the arguments of {@link TAKEN}. Returns 1 if it is. */
export const IS_LIMIT_REACHED = `${PRELUDE}${TAKEN}
return taken >= tonumber(ARGV[4]) and 1 or 0
`

/** Counts a call, with the arguments of {@link TAKEN}. Returns 1 if it was counted. */
export const COUNT_CALL = `${PRELUDE}${TAKEN}
if taken >= tonumber(ARGV[4]) then return 0 end
redis.call('HSET', rates, field, ARGV[3] .. ' ' .. (taken + 1))
redis.call('HSET', P .. ':meta', 'rates', 1)
return 1
`

/** Forgets counts. Argument: mchid, or none for all. */
export const FORGET_CALLS = `${PRELUDE}${RATES}${String.raw`
if ARGV[1] == '' then
  redis.call('DEL', rates)
else
  checkRates()
  for _, field in ipairs(redis.call('HKEYS', rates)) do
    if string.sub(field, 1, #ARGV[1] + 1) == ARGV[1] .. '\1' then redis.call('HDEL', rates, field) end
  end
end
if redis.call('EXISTS', rates) == 0 then redis.call('HDEL', P .. ':meta', 'rates') end
return 1
`}`
