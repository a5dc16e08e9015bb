/**
 * `node:http` without the cost of an `import`, which reads all its members; one of them loads the whole of `fetch`, a fifth of the server's start
 * time.
 */
export const { createServer, request } = process.getBuiltinModule('node:http')
