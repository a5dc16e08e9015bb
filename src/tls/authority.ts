/** A CA for WeChat Pay's hosts and this machine only. */
export interface Authority {
  /** The root certificate that clients trust, PEM. Its key was discarded after it had signed the issuer's certificate. */
  readonly root: string
  /** Certificate of the issuer, which signs the server's certificates, PEM. */
  readonly issuer: string
  /** Private key of the issuer, PEM (PKCS#8). Never shown. */
  readonly issuerKey: string
  /** Validity of both certificates, epoch milliseconds. */
  readonly from: number
  readonly until: number
}

/** The key and certificates of a TLS server. */
export interface ServerCertificate {
  /** Private key, PEM. */
  readonly key: string
  /** PEM: the server's certificate, then the chain up to the CA's. */
  readonly certificate: string
}
