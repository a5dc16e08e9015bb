/** The part of jsbarcode that the page takes, whose own types are of the whole. */
declare module 'jsbarcode/bin/barcodes/CODE128/index.js' {
  export class CODE128 {
    constructor(text: string, options: object)
    /** `1` for each dark module, `0` for each light one. */
    encode(): { readonly data: string }
  }
}
