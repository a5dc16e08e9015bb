/** A CA for WeChat Pay's hosts and this machine only. */
export interface Authority {
  /** What clients trust, PEM. Its key was forgotten when it had signed the issuer's certificate. */
  readonly root: string
  /** What signs the server's certificates, PEM. */
  readonly issuer: string
  /** Private key of the issuer, PEM (PKCS#8). Never shown. */
  readonly issuerKey: string
  /** Validity of both certificates, epoch milliseconds. */
  readonly from: number
  readonly until: number
}

/** What a TLS server identifies itself with. */
export interface ServerCertificate {
  /** Private key, PEM. */
  readonly key: string
  /** PEM: the server's certificate, then those up to the CA's. */
  readonly certificate: string
}
