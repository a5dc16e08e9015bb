import { PRELUDE } from './prelude.ts'

/**
 * Documents share a version, and are changed atomically unless somebody else has changed any since; a reset may be part of the change. The arguments
 * of a change: the version that it is based on; the number of documents; for each, two: name, JSON (empty for a deleted one). Returns the new
 * version, or 0 if others came first, with nothing changed.
 */
export const DOCUMENTS = String.raw`
local documents, changedDocuments = P .. ':documents', P .. ':documents:changed'
local function documentsVersion()
  local known = redis.call('HMGET', P .. ':meta', 'since', 'documents')
  if not known[1] then return '' end
  return known[1] .. '.' .. known[2]
end
local function areDocumentsThere()
  local keys = {documents}
  if documentsVersion() ~= '' then keys[2] = changedDocuments end
  return redis.call('EXISTS', unpack(keys)) == #keys
end
local function checkDocuments()
  checkJoined()
  if not areDocumentsThere() then lost('all') end
end
local function fits(version)
  checkDocuments()
  return documentsVersion() == version
end
local function putDocuments(at)
  local changes = tonumber(ARGV[at + 1])
  if changes > 0 then
    local time = redis.call('TIME')
    redis.call('HSETNX', P .. ':meta', 'since', time[1] .. '-' .. time[2])
  end
  for i = at + 2, at + changes * 2, 2 do
    local name, json = ARGV[i], ARGV[i + 1]
    local change = redis.call('HINCRBY', P .. ':meta', 'documents', 1)
    redis.call('ZADD', changedDocuments, change, name)
    if json == '' then
      redis.call('HDEL', documents, name)
    else
      local old = redis.call('HGET', documents, name)
      local first = old and string.match(old, '^[^\n]*') or change
      redis.call('HSET', documents, name, first .. '\n' .. json)
    end
  end
  return documentsVersion()
end
`

/** Returns what has changed since a version, or everything if the version is not of this store: the current version, then names and values. */
export const READ_DOCUMENTS = `${PRELUDE}${DOCUMENTS}
checkDocuments()
local version = documentsVersion()
if version == ARGV[1] then return {version} end
local since, change = string.match(ARGV[1], '^(.*)%.(%d+)$')
local isOurs = since ~= nil and since == string.match(version, '^(.*)%.')
local names = redis.call('ZRANGE', changedDocuments, '(' .. (isOurs and change or '0'), '+inf', 'BYSCORE')
local reply = {version, isOurs and 'changes' or 'all'}
for _, name in ipairs(names) do
  reply[#reply + 1] = name
  reply[#reply + 1] = redis.call('HGET', documents, name) or ''
end
return reply
`

/** Changes documents. Arguments: those of a change. */
export const PUT_DOCUMENTS = `${PRELUDE}${DOCUMENTS}
if not fits(ARGV[1]) then return 0 end
return putDocuments(1)
`
