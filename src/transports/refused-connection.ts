/** Something that the port did not serve, for a log; what the client is told stands beside each reason. */
export interface RefusedConnection {
  /**
   * `host`: a proxied request to a host that is not WeChat Pay's, answered with 403. `unreachable`: one that was let through and could not
   * be reached, answered with 502. `server_name`: TLS for a name that is not WeChat Pay's, closed before anything is read. `untrusted`:
   * a client that ended TLS because it does not trust the CA. `silent`: one that closed in the handshake or
   * right after it, without a request, as Node does when it does not trust the CA. `handshake`: TLS that could not be agreed upon. `authority`: the CA can not be made or read.
   * `connections`: there are as many as are served at once, which is the `detail`; answered with 503, and told of once for all that come together.
   * `store`: a call whose state can not be reached, answered with 503.
   */
  readonly reason:
    | 'host'
    | 'unreachable'
    | 'server_name'
    | 'untrusted'
    | 'silent'
    | 'handshake'
    | 'authority'
    | 'connections'
    | 'store'
  /** The host that was asked for, with its port where there is one; empty where it is not known. */
  readonly host: string
  /** What the system or the TLS library says. */
  readonly detail?: string
  /** The error itself, where there is one. */
  readonly cause?: unknown
}

/** Told of what the port does not serve. */
export type OnRefused = (refused: RefusedConnection) => void
