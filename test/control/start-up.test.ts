import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Packages that a fresh process has loaded after running some code. */
function packagesAfter(code: string): string[] {
  const watch = `
    import { registerHooks } from 'node:module'
    const seen = new Set()
    registerHooks({
      resolve(specifier, context, next) {
        const resolved = next(specifier, context)
        const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(resolved.url)?.[1]
        if (name) seen.add(name)
        return resolved
      },
    })
    ${code}
    console.log(JSON.stringify([...seen].sort()))`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', watch], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  })
  return JSON.parse(output.trim().split('\n').at(-1) ?? '')
}

const CREATE = `const { createMock } = await import('./src/index.ts'); const mock = createMock();`

test('making a mock loads nothing but zod', () => {
  expect(packagesAfter(CREATE)).toEqual(['zod'])
})

test('what keeps state in a file is loaded with the first file only', () => {
  const isLoaded = `console.log(process.moduleLoadList.includes('NativeModule sqlite'))`
  const run = (code: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', `${code} ${isLoaded}`], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    }).trim()

  expect(run(`const { openMock } = await import('./src/index.ts'); await openMock();`)).toBe('false')
  expect(run(`await import('node:sqlite');`)).toBe('true')
})

test('a server loads no fetch before something asks for it', () => {
  const isLoaded = `console.log(process.moduleLoadList.some((name) => name.includes('undici'))); process.exit()`
  const run = (code: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', `${code} ${isLoaded}`], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    }).trim()

  expect(
    run(
      `const { startServer } = await import('./src/doors/transports/node-server.ts'); await startServer({ port: 0 });`,
    ),
  ).toBe('false')
  // All members of this module are read where it is imported.
  expect(run(`await import('node:http');`)).toBe('true')
})

test('no locale data is loaded before something asks for it', () => {
  const count = `
    let asked = 0
    for (const [of, name] of [[Number, 'toLocaleString'], [Date, 'toLocaleString'], [String, 'localeCompare'], [String, 'normalize']]) {
      const plain = of.prototype[name]
      of.prototype[name] = function (...given) { asked++; return plain.apply(this, given) }
    }
    for (const name of ['DateTimeFormat', 'NumberFormat', 'ListFormat', 'Collator', 'Segmenter']) {
      Intl[name] = new Proxy(Intl[name], { construct(target, given) { asked++; return new target(...given) } })
    }`
  const run = (code: string) =>
    execFileSync(process.execPath, ['--input-type=module', '--eval', `${count} ${code} console.log(asked)`], {
      cwd: new URL('../..', import.meta.url),
      encoding: 'utf8',
    }).trim()

  expect(run(`${CREATE} await mock.control.health();`)).toBe('0')
  expect(run(`new Intl.ListFormat('en').format([String(1..toLocaleString())]);`)).toBe('2')
})

test('the first control call loads hono', () => {
  expect(packagesAfter(`${CREATE} await mock.control.health()`)).toEqual(['hono', 'zod'])
})

test('the commands serve and mcp load what assistants need with the first of them only', () => {
  const commands = `await import('./src/cli/commands/serve.ts'); await import('./src/cli/commands/mcp.ts');`
  const server = `const { mcpServer } = await import('./src/cli/mcp/server.ts'); await mcpServer({ url: '', language: 'en' });`
  const ofAssistants = (packages: string[]) => packages.filter((name) => name.startsWith('@modelcontextprotocol/'))

  expect(ofAssistants(packagesAfter(commands))).toEqual([])
  expect(ofAssistants(packagesAfter(server))).toEqual(['@modelcontextprotocol/core', '@modelcontextprotocol/server'])
})

test('a fresh merchant is what loads node-forge', () => {
  expect(packagesAfter(`${CREATE} await mock.control.createMerchant()`)).toEqual(['hono', 'node-forge', 'zod'])
})

test('the facts of a product are read with its first shaped call, and those of no other', () => {
  const code = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const read = fs.readFileSync
    const seen = []
    fs.readFileSync = (path, ...more) => {
      seen.push(...(/src.catalogue.([a-z-]+)\\.json$/.exec(String(path))?.slice(1) ?? []))
      return read(path, ...more)
    }
    syncBuiltinESMExports()
    const { createMock } = await import('./src/index.ts')
    const mock = createMock({ auth: 'lenient', diagnosis: 'off' })
    const call = (target) => mock.handle({ method: 'GET', target, headers: {}, body: new Uint8Array(0) })
    await call('/v3/marketing/busifavor/callbacks')
    await call('/v3/nowhere')
    const before = [...seen]
    await call('/v3/merchant-service/complaints-v2/C1')
    await call('/v3/merchant-service/complaints-v2/C1')
    console.log(JSON.stringify([before, seen]))
    process.exit()`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: new URL('../..', import.meta.url),
    encoding: 'utf8',
  })

  const ofAllProducts = ['values', 'formerly-documented']
  expect(JSON.parse(output)).toEqual([['index'], ['index', 'complaints', ...ofAllProducts]])
})
