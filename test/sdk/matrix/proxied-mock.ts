import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeVariables } from '../../../src/control/client-setup/client-variables.ts'
import {
  createCertificateAuthority,
  type RunningServer,
  startServer,
} from '../../../src/doors/transports/node-server.ts'
import { createMock } from '../../../src/mock.ts'
import { trustFilesIn } from '../../../src/wire/tls/trust-files.ts'
import type { ProxySettings } from './sdk.ts'

/** A mock with a CA of its own, in files as runtimes want them. */
export interface ProxiedMock extends Pick<RunningServer, 'control' | 'port'> {
  readonly proxy: ProxySettings
  close(): Promise<void>
}

export async function startProxiedMock(): Promise<ProxiedMock> {
  const directory = await mkdtemp(join(tmpdir(), 'wechatpay-mock-sdk-'))
  const certificateAuthority = createCertificateAuthority({ directory })
  // Which writes the files.
  await certificateAuthority.certificate()
  // Receipts of transfers are made when it is told to, and the money of a cancelled one does not come back while steps count it, however slow the machine is.
  const mock = createMock({ transferReceiptTakes: 3_600, transferCancelTakes: 3_600 })
  const server = await startServer({ mock, port: 0, certificateAuthority })
  const { NODE_OPTIONS: nodeOptions } = await nodeVariables(server.url, { inherited: {}, directory })
  return {
    control: server.control,
    port: server.port,
    proxy: { url: server.url, trust: trustFilesIn(directory), nodeOptions },
    async close() {
      await server.close()
      await rm(directory, { recursive: true })
    },
  }
}
