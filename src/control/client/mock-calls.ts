import type { SettingsJson } from '../../products/json.ts'
import type { HealthJson, PlatformJson } from '../answer-format.ts'
import type { ErrorInShort, OperationInShort, Overview } from '../formats/overview.ts'
import { ControlConnection } from './control-connection.ts'

/** What the mock is, and how it behaves. */
export class MockCalls extends ControlConnection {
  health(): Promise<HealthJson> {
    return this.call('GET', '/health')
  }

  /** The calls of WeChat Pay that the mock answers, with the errors of its own that each can be planned to fail with. */
  operations(): Promise<OperationInShort[]> {
    return this.call('GET', '/operations')
  }

  /** What the mock serves: its products, the kinds of things that it keeps, and its events, in words for people. */
  overview(): Promise<Overview> {
    return this.call('GET', '/overview')
  }

  /** The errors that any call can be planned to fail with, besides those of its own. */
  commonErrors(): Promise<ErrorInShort[]> {
    return this.call('GET', '/common-errors')
  }

  /** A first call to try, as a curl command that works for five minutes. */
  async sampleCurl(): Promise<string> {
    const { command } = await this.call<{ command: string }>('GET', '/sample/curl')
    return command
  }

  settings(): Promise<SettingsJson> {
    return this.call('GET', '/settings')
  }

  /** Changes how the mock behaves, until the next reset: `{ orders: 'known' }`. What is left out stays as it is. */
  changeSettings(change: Partial<SettingsJson>): Promise<SettingsJson> {
    return this.call('PATCH', '/settings', { body: change })
  }

  /** The platform certificates that merchants can download now, and the id of the public key. */
  platform(): Promise<PlatformJson> {
    return this.call('GET', '/platform')
  }

  /**
   * Changes the platform certificate, by the mock's clock and until the next reset: a new one is listed at once; after 24 hours either one
   * signs; after 48 the new one alone. Ask for {@link credentials} again to know it. The new one is valid from an hour ago and for five
   * years by the mock's clock, and by the machine's too where signatures are judged by that.
   */
  rotatePlatformCertificate(): Promise<PlatformJson> {
    return this.call('POST', '/platform/rotate')
  }
}
