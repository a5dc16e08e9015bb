/**
 * Broken servers that conformance alone notices, by why the contract of the shop does not (docs/decisions/0021-a-contract-of-one-shop.md). They are held to that too:
 * once the contract notices one, it no longer belongs here.
 */
export const LEFT_TO_CONFORMANCE: Readonly<Record<string, readonly string[]>> = {
  'How a call decides is the business of the service; the shop has one thing to do about a refusal, whichever it is.': [
    'associate: EXPIRED coupon accepted',
    'associate: DEACTIVATED coupon accepted',
    'associate: DELETED coupon accepted',
    'disassociate: USED coupon accepted',
    'disassociate: EXPIRED coupon accepted',
    'disassociate: DEACTIVATED coupon accepted',
    'disassociate: DELETED coupon accepted',
    'disassociate: batch not looked at',
    'use: DEACTIVATED coupon accepted',
    'use: DELETED coupon accepted',
    'use: coupon of another merchant accepted',
    'query: coupon of another merchant shown',
  ],
  'The shop does not send it: it names no holder, makes no number twice, and has no numbers that long.': [
    'use: holder not looked at',
    'associate: request numbers not remembered',
    'use: request numbers not remembered',
    'associate: number reused with other values accepted',
    'disassociate: number reused with other values accepted',
    'associate: order numbers of 128 characters refused',
    'associate: unknown parameters accepted',
    'disassociate: fields not checked',
    'wrong types without the name of the field',
    'unknown platform serial taken for the certificate',
  ],
  'The shop does not read it: people do, or nobody.': [
    'field errors without the name of the field',
    '401 without sign_information',
    'certificate encrypted with another associated_data',
  ],
  'To HTTP it is the same answer.': [
    'header fields in lower case',
    'Wechatpay- spelled WechatPay-',
    'Request-ID spelled Request-Id',
    'Content-Type without charset',
    'charset in upper case',
  ],
}
