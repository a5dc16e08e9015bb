/** Something that the port did not serve, for a log. */
export interface RefusedConnection {
  /**
   * `host`: a proxied request to a host that is not WeChat Pay's, answered with 403. `host_header`: a request that calls the mock by a name that is
   * not its own; `origin`: a request from a web page of another origin; both are answered with 403. `unreachable`: a request let through to a host
   * that cannot be reached, answered with 502. `server_name`: TLS for a name that is not WeChat Pay's, closed before anything is read. `untrusted`:
   * a client that ended TLS because it does not trust the CA. `silent`: a client that closed during the handshake or right after it, without a
   * request, as Node does if it does not trust the CA. `handshake`: a failed TLS handshake. `authority`: the CA cannot be created or read.
   * `connections`: more connections than are served at once (the limit is the `detail`), answered with 503 and reported once per burst. `bodies`:
   * more MiB of unfinished bodies than are held at once, likewise. `store`: a call whose state cannot be reached, answered with 503.
   */
  readonly reason:
    | 'host'
    | 'host_header'
    | 'origin'
    | 'unreachable'
    | 'server_name'
    | 'untrusted'
    | 'silent'
    | 'handshake'
    | 'authority'
    | 'connections'
    | 'bodies'
    | 'store'
  /** The requested host, with its port if given, or the origin of the page; empty if unknown. */
  readonly host: string
  /** The message of the system or of the TLS library. */
  readonly detail?: string
  /** The error itself, if any. */
  readonly cause?: unknown
}

/** Called with connections and requests that the port does not serve. */
export type OnRefused = (refused: RefusedConnection) => void
