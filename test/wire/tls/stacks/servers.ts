import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type Server } from 'node:tls'
import { test as base } from 'vitest'
import type { ServerCertificate } from '../../../../src/wire/tls/authority.ts'
import { keyFile } from '../../../../src/wire/tls/authority-directory.ts'
import { createCertificateAuthority } from '../../../../src/wire/tls/certificate-authority.ts'
import { type TrustFiles, trustFilesIn } from '../../../../src/wire/tls/trust-files.ts'
import { FOREIGN_WISHES, signedByAuthority } from '../leaf.ts'

/** A TLS server that a client is sent to, and the name that it is to ask for. */
export interface Target {
  readonly title: string
  readonly host: string
  readonly port: number
}

/** Servers with certificates of one CA: its own, and those that its key has signed for another host. */
export interface Servers {
  readonly files: TrustFiles
  readonly own: readonly Target[]
  readonly foreign: readonly Target[]
}

export const test = base
  .extend('opened', { scope: 'file' }, (): Server[] => [])
  .extend('servers', { scope: 'file' }, async ({ opened }, { onCleanup }): Promise<Servers> => {
    const parent = await mkdtemp(join(tmpdir(), 'wechatpay mock stacks-'))
    const directory = join(parent, '.wechatpay-mock')
    onCleanup(async () => {
      for (const server of opened) server.close()
      await rm(parent, { recursive: true, force: true })
    })
    const serve = async ({ key, certificate }: ServerCertificate): Promise<number> => {
      const server = createServer({ key, cert: certificate, ALPNProtocols: ['http/1.1'] }, (socket) => {
        socket.on('error', () => {})
        socket.end()
      })
      // Clients that do not like the certificate.
      server.on('tlsClientError', () => {})
      opened.push(server)
      await once(server.listen(0, '127.0.0.1'), 'listening')
      return (server.address() as AddressInfo).port
    }
    const own = await serve(await createCertificateAuthority({ directory }).serverCertificate())
    const foreign = await Promise.all(
      Object.entries(FOREIGN_WISHES).map(async ([title, wish]) => ({
        title,
        host: 'www.example.com',
        port: await serve(await signedByAuthority(keyFile(directory, 1), wish)),
      })),
    )
    return {
      files: trustFilesIn(directory),
      own: ['api.mch.weixin.qq.com', 'apihk.mch.weixin.qq.com', 'api2.wechatpay.cn', 'localhost', '127.0.0.1'].map(
        (host) => ({ title: host, host, port: own }),
      ),
      foreign,
    }
  })
