import type { AttemptFailure } from '../../engine/callbacks/notification.ts'
import type { UsageErrorCode } from '../../protocol/errors.ts'
import type { Language } from '../language.ts'
import { caEn } from './ca.ts'
import { dataEn } from './data.ts'
import { explainEn } from './explain.ts'
import { gauntletEn } from './gauntlet.ts'
import { runEn } from './run.ts'
import { storeEn } from './store.ts'

/** A call of the control API that a mock refused, or that none answered. */
export interface RefusedCall {
  readonly code: UsageErrorCode
  /** In English. */
  readonly message: string
  readonly mchid?: string | undefined
  /** What was to be done to which order. */
  readonly order?: { readonly action: 'pay' | 'expire' | 'refund' | 'show'; readonly outTradeNo: string }
}

/** Everything the command line says, in English. The Chinese catalogue has this one's type, so it can leave nothing out. */
export const en = {
  // Not only 'en', so that the other catalogue can name its own.
  language: 'en' as Language,
  program: {
    description:
      'A simulated WeChat Pay API v3: checks signatures, keeps the state of merchant coupons, answers with signed responses.',
    after: `Without a command it serves:  wechatpay-mock --port 0
Options of a command:         wechatpay-mock <command> --help
Exit codes:                   0 done, 1 no, 2 used wrongly`,
  },
  commands: {
    serve: 'start the simulated service (what happens without a command)',
    credentials: 'show or write the identity to connect with, and a snippet for an SDK',
    sign: 'sign a request',
    explain: 'say why a signature fails, and what to do about it',
    verify: 'verify a response, a callback or a request, offline',
    decrypt: 'open a callback, an envelope or a certificate list',
    notify: 'send a signed, encrypted callback to a receiver, offline',
    seed: 'write a seed file from a scenario or at random',
    order: 'pay, expire, refund or show an order of a running mock',
    pact: 'verify consumer contracts, or record one from traffic',
    gauntlet: 'run your own client against answers that are wrong on purpose',
    ca: 'make or show the certificate authority, and how each runtime trusts it',
    run: 'run a command of yours with the mock in place of WeChat Pay',
  },
  help: {
    titles: {
      'Usage:': 'Usage:',
      'Arguments:': 'Arguments:',
      'Options:': 'Options:',
      'Commands:': 'Commands:',
    },
    helpOption: 'show this help',
    versionOption: 'show the version',
    default: (value: string): string => `default: ${value}`,
  },
  common: {
    json: 'answer in JSON',
    lang: 'language of messages; the locale decides if left out',
  },
  /** The texts of the diagnosis, in this language. */
  loadDiagnosis: async () => (await import('../../diagnosis/texts/en.ts')).en,
  bug: 'This is a bug in wechatpay-mock; please report it with what follows.',

  wrongUse: {
    seeHelp: (command: string): string => ` (see ${command} --help)`,
    unknownCommand: (name: string, commands: string): string => `There is no command ${name}. There are: ${commands}`,
    unknownOption: (flag: string, similar: string | undefined): string =>
      `There is no option ${flag}${similar === undefined ? '' : `; did you mean ${similar}?`}`,
    missingArgument: (name: string): string => `<${name}> is missing`,
    optionWithoutValue: (flags: string): string => `The option ${flags} needs a value`,
    tooManyArguments: (extra: string): string => `Too many arguments: ${extra}`,
    badValue: (flags: string, value: string, reason: string): string => `${flags} can not be "${value}": ${reason}`,
    badVariable: (variable: string, value: string, reason: string): string =>
      `The environment variable ${variable} can not be "${value}": ${reason}`,
    oneOf: (words: string): string => `use one of ${words}`,
    wholeNumber: (min: number, max: number): string => `use a whole number from ${min} to ${max}`,
  },

  files: {
    stdin: 'standard input',
    readingStdin: 'Reading from standard input; end it with Ctrl+D.',
    unreadable: (path: string, fault: string): string => `Can not read ${path}: ${fault}`,
    unwritable: (path: string, fault: string): string => `Can not write ${path}: ${fault}`,
    faults: {
      ENOENT: 'there is no such file or directory',
      EACCES: 'no permission',
      EISDIR: 'it is a directory',
      ENOTDIR: 'a part of the path is not a directory',
      EEXIST: 'there is a file of that name',
      ENOSPC: 'no space left',
      EROFS: 'read-only file system',
    },
    notJson: (place: string, character: string): string =>
      `${place}: not JSON, ${JSON.stringify(character)} can not stand here`,
    jsonEnds: (place: string): string => `${place}: not JSON, the text ends too early`,
  },

  // The mock speaks of the query of its call where this program has an option.
  refused: ({ message }: RefusedCall): string => message.replace('?mchid=', '--mchid'),
  refusedAt: (url: string, reason: string): string => `${url}: ${reason}`,

  callbackHosts: {
    option: 'hosts that callbacks are sent to besides this machine',
    expected: 'use host names or addresses, without ports',
  },

  requestLine: {
    badMethod: (text: string): string => `"${text}" is not an HTTP method: use GET, POST or the like`,
    badUrl: (text: string): string => `"${text}" is neither a URL (http://…) nor a path that begins with /`,
    blankInUrl: (text: string): string => `"${text}" has blanks in it: write them as the client sends them, %20 or +`,
  },

  serve: {
    description:
      'Starts the simulated WeChat Pay API v3 on one port, with its control API under /_mock. Prints where it is, who to be, and a call to try.',
    port: 'port to listen on; 0 picks a free one',
    host: 'address to listen on; anything but loopback needs --control-token',
    hostExpected: 'use an address or a host name, such as 127.0.0.1',
    seed: 'state to start with: a scenario, a seed file, or - for standard input',
    seedExpected: 'name a scenario or a file',
    seedUnknown: (name: string, scenarios: string): string =>
      `There is neither a scenario nor a file ${name}. Scenarios are: ${scenarios}; a file is named like ./seed.json`,
    seedUnfit: (file: string, message: string): string => `${file} does not fit: ${message}`,
    clock: "the mock's time: 2026-01-01T00:00:00+08:00 runs on from there, frozen stands still, frozen@TIME both",
    clockExpected: 'use a time with offset like 2026-01-01T00:00:00+08:00, frozen, or frozen@ with such a time',
    percentExpected: 'use a number from 0 to 100, such as 0.1',
    diagnosis: 'whether a 401 says in Wechatpay-Mock-Diagnosis, and this log, what the client did wrong',
    notExamined: (id: string): string =>
      `Too many signatures are wrong to look at each: wechatpay-mock explain --id ${id} says why this one is.`,
    randomSeed: 'make numbers and nonces the same in every run',
    randomSeedExpected: 'use any text',
    journalLimit: 'exchanges that are kept for looking at',
    controlToken: 'what calls to the control API have to bring as Authorization: Bearer …',
    controlTokenExpected: 'use visible ASCII characters without blanks',
    quiet: 'no line for each exchange on standard error',
    after: `Each option is also an environment variable, such as WECHATPAY_MOCK_KEY_MODE for --key-mode; the option wins.
With --json one line {"event":"listening","url","control","pid"} goes to standard output when it is ready.`,
    proxyPassthrough: "let proxied requests to hosts that are not WeChat Pay's through, instead of refusing them",
    openProxy: (host: string): string =>
      `Listening on ${host} with --proxy-passthrough would let other machines go anywhere through this one: leave one of them out`,
    refusals: {
      namelessHost: 'a host without a name',
      host: (host: string): string =>
        `proxy: ${host} refused, since it is none of WeChat Pay's hosts; --proxy-passthrough lets it through`,
      unreachable: (host: string, detail: string): string => `proxy: ${host} can not be reached: ${detail}`,
      server_name: (host: string): string => `TLS: closed, since ${host} is none of WeChat Pay's hosts`,
      untrusted: (host: string): string =>
        `TLS: a client does not trust the certificate for ${host}; wechatpay-mock ca shows how it will`,
      silent: (host: string): string =>
        `TLS: a client for ${host} went away without a request; if it does not trust the certificate, wechatpay-mock ca shows how it will`,
      handshake: (host: string, detail: string): string => `TLS: no handshake with a client for ${host}: ${detail}`,
      authority: (reason: string): string => `TLS: not served: ${reason}`,
      connections: (_: string, limit: string): string =>
        `more than ${limit} connections at once: those beyond are refused with 503`,
      store: (_: string, detail: string): string => `answered with 503: ${detail}`,
    },
    portInUse: (port: number, host: string): string =>
      `Port ${port} of ${host} is in use: choose another with --port, or 0 for a free one`,
    portReserved: (port: number): string =>
      `Port ${port} is in use or reserved for the administrator: choose one above 1023 with --port, or 0 for a free one`,
    hostUnknown: (host: string): string =>
      `${host} is not an address of this machine: use --host 127.0.0.1, or 0.0.0.0 for all of them`,
    tokenNeeded: (host: string): string =>
      `Listening on ${host} lets other machines in: protect the control API with --control-token`,
    linesDropped: (lines: number): string => `(${lines} lines left out: nobody read them)`,
    stopping: 'Stopping: finishing what is in flight. Ctrl+C again ends at once.',
    listening: (version: string): string => `wechatpay-mock ${version} is listening.`,
    labels: {
      url: 'API v3',
      control: 'control API',
      proxy: 'HTTPS_PROXY',
      mchid: 'merchant number',
      serial: 'merchant serial',
      apiV3Key: 'APIv3 key',
      platformSerial: 'platform serial',
      publicKeyId: 'public key id',
      seed: 'state',
      clock: 'clock',
    },
    proxyHint: (url: string, command: string): string =>
      `${url}, for clients with a fixed host; to trust it: ${command}`,
    scenario: (name: string): string => `scenario ${name}`,
    clockNow: (time: string, frozen: boolean, judged: boolean): string =>
      `${time}, ${frozen ? 'frozen' : 'running'}${judged ? '; signatures are judged by it (--signature-clock machine for the real time)' : ''}`,
    credentialsHint: (command: string): string => `Keys and a snippet for your SDK: ${command}`,
    tryIt: 'A call to try from another terminal:',
    stopHint: 'Ctrl+C stops it.',
  },

  order: {
    description:
      "Does to an order of a running mock what is not the merchant's to do: pay it as the user's phone does, let its time run out, refund it as in the merchant console; or shows it.",
    action: 'what to do: pay, expire, refund or show',
    outTradeNo: "the merchant's number of the order (out_trade_no)",
    url: (standard: string): string => `address of the mock (default: WECHATPAY_MOCK_URL, or else ${standard})`,
    mchid: 'merchant of the order, where several have one with this number',
    amount: 'fen to refund; what is left if left out',
    outcome: 'how the refund ends; SUCCESS if left out',
    controlToken: "the mock's control token, if it has one",
    noMockAt: (url: string): string =>
      `No mock answers at ${url}: start one with wechatpay-mock, or give --url or WECHATPAY_MOCK_URL`,
    onlyWithRefund: (flag: string): string => `${flag} is for refund`,
    after: `wechatpay-mock order pay MCH_202611250001                          the phone pays
wechatpay-mock order refund MCH_202611250001 --amount 100          one yuan goes back
wechatpay-mock order refund MCH_202611250001 --outcome ABNORMAL    a refund that does not arrive`,
    shown: (number: string, state: string, total: string): string => `Order ${number}: ${state}, ${total}`,
    fen: (fen: number, currency: string): string => `${fen} fen (${(fen / 100).toFixed(2)} ${currency})`,
    paidAs: (transactionId: string, at: string, openid: string | undefined): string =>
      `paid as ${transactionId} at ${at}${openid === undefined ? '' : ` by ${openid}`}`,
    prepayId: (id: string): string => `prepay_id ${id}`,
    refund: (number: string, status: string, amount: string, settles: string): string =>
      `refund ${number}: ${status}, ${amount}, settled at ${settles}`,
  },

  credentials: {
    description:
      'Shows the identity that a client connects with: the well-known one, or that of a merchant of a running mock (--url).',
    format: 'what to show: values to read, JSON, variables, files, or a program for an SDK',
    mchid: 'merchant number; one that is not the well-known one needs --url',
    mchidExpected: 'use 8 to 15 digits',
    url: 'address of the mock, which is asked for the credentials (default: WECHATPAY_MOCK_URL, if set)',
    urlExpected: 'use the address of a mock without a path, like http://127.0.0.1:8089',
    offline: 'only put --url into what is shown, and ask nobody',
    controlToken: "the mock's control token, if it has one",
    out: (directory: string): string => `directory for --format files (default: ${directory})`,
    force: 'replace files with other content',
    after: `wechatpay-mock credentials --format php > wechatpay.php     a program that runs as it is
wechatpay-mock credentials --format env > .env              for shells, dotenv and node --env-file
wechatpay-mock credentials --format files --out certs       apiclient_key.pem and the others`,
    onlyWellKnown: (mchid: string, wellKnown: string): string =>
      `Only ${wellKnown} is known without a mock: give the --url of the one that has merchant ${mchid}`,
    outOnlyWithFiles: '--out is for --format files: redirect other formats with >',
    noMockAt: (url: string): string =>
      `No mock answers at ${url}: start one with wechatpay-mock, correct --url, or add --offline to ask nobody`,
    otherContent: (paths: string): string => `Other content is there already, replace it with --force: ${paths}`,
    labels: {
      mchid: 'merchant number (mchid)',
      serial: 'merchant certificate serial',
      apiV3Key: 'APIv3 key',
      platformSerial: 'platform certificate serial',
      publicKeyId: 'WeChat Pay public key id',
      url: 'base URL',
    },
    more: (formats: string): string =>
      `Keys: --format json|env|files. Programs that run as they are: --format ${formats}`,
    files: {
      title: 'Credentials for wechatpay-mock. They are for tests and protect nothing.',
      privateKey: 'private key of the merchant',
      certificate: 'API certificate of the merchant',
      platformCertificate: 'platform certificate, verifies answers',
      publicKey: (id: string): string => `WeChat Pay public key ${id}, verifies answers`,
      readme: 'what the others are, and the values that are not in files',
    },
    snippets: {
      verified: 'the SDK has verified the signature of the answer',
      hostRewritten: 'The host is not signed, so requests may be sent to the mock instead.',
      privateAttribute: 'The SDK has no option for the address.',
    },
  },

  sign: {
    description: 'Signs a request and prints the value of its Authorization header.',
    method: 'HTTP method',
    url: 'URL or path, with the query, exactly as the client sends it',
    body: 'body of the request',
    bodyFile: 'file with the body, - for standard input',
    oneBody: 'Give --body or --body-file, not both',
    mchid: 'merchant number, or brand id with the brand scheme; the well-known one if left out',
    mchidExpected: 'use digits',
    serial: "serial of the merchant's certificate; the well-known one if left out",
    serialExpected: 'use the digits and letters of a serial number',
    key: 'file with the private key (PEM); the well-known one if left out',
    keyNeedsSerial: 'A --key of your own needs the --serial of its certificate, and mostly --mchid too',
    notAKey: (file: string): string => `${file} is not an RSA private key in PEM without a passphrase`,
    timestamp: 'seconds since 1970; now if left out',
    timestampExpected: 'use digits',
    nonce: 'random text; made up if left out',
    nonceExpected: 'use 1 to 128 printable ASCII characters',
    scheme: 'authentication scheme; the path decides if left out',
    print: 'the header value, the message that is signed, or a curl command',
    binaryBody:
      'A body that is not text can not be written into a curl command: put it into a file and use --body-file',
    after: `wechatpay-mock sign POST /v3/marketing/busifavor/coupons/associate --body '{"stock_id":"100088"}'
wechatpay-mock sign GET http://127.0.0.1:8089/v3/certificates --print curl | sh`,
  },

  verify: {
    description:
      'Verifies the signature of a response or a callback, or with --request that of a request, and says why it fails.',
    file: 'response or callback with its head, as curl -i shows it; standard input if left out',
    timestamp: 'Wechatpay-Timestamp',
    nonce: 'Wechatpay-Nonce',
    signature: 'Wechatpay-Signature',
    serial: 'Wechatpay-Serial',
    headersFile: 'file with the headers, - for standard input',
    body: 'body',
    bodyFile: 'file with the body, - for standard input',
    platformKey: "the platform's certificate or public key (PEM); the well-known ones if left out",
    request: 'verify a request, as the service does',
    method: 'method of the request',
    url: 'URL or path of the request',
    authorization: 'Authorization header of the request',
    merchantKey: "the merchant's certificate or public key (PEM); the well-known one if left out",
    now: 'time to compare with: seconds since 1970, or like 2026-01-01T00:00:00+08:00; now if left out',
    nowExpected: 'use seconds since 1970, or a time with offset like 2026-01-01T00:00:00+08:00',
    after: `curl -si … | wechatpay-mock verify
wechatpay-mock verify --headers-file headers.txt --body-file body.json
wechatpay-mock verify --request --method POST --url /v3/… --authorization 'WECHATPAY2-SHA256-RSA2048 …' --body '{…}'`,
    onlyWithRequest: '--method, --url, --authorization and --merchant-key are about requests: add --request',
    notWithRequest:
      'A request is verified by its Authorization: leave out --timestamp, --nonce, --signature, --serial, --headers-file and --platform-key',
    fileAndOptions: 'Give a file with the whole message, or its parts as options, not both',
    bodyWithoutHeaders:
      'A body alone can not be verified: give the headers too, with --headers-file or --timestamp, --nonce, --signature and --serial',
    requestIncomplete: 'Give --method, --url and --authorization, or a file with the whole request',
    noRequestLine: (name: string): string => `${name} does not begin with a request line such as POST /v3/… HTTP/1.1`,
    notHttp: (name: string): string =>
      `${name} does not begin with the head of an HTTP message: save it with curl -i, or give the headers as options`,
    notHeaders: (name: string): string => `${name} is not a list of headers, one "Name: value" a line`,
    notAKey: (file: string): string => `${file} is neither an RSA certificate nor an RSA public key in PEM`,
    privateKeyGiven: (file: string): string =>
      `${file} is a private key: signatures are verified with the certificate or the public key`,
    valid: (serial: string): string => `valid, signed with ${serial}`,
    invalid: 'not valid:',
    message: (bytes: number): string => `The message, ${bytes} bytes:`,
    reasons: {
      unsigned:
        'It has none of the Wechatpay-* headers. 401 answers are never signed; a 2xx answer without them is forged.',
      headersMissing: (names: string): string => `Missing: ${names}.`,
      signatureType: (type: string): string =>
        `Wechatpay-Signature-Type is ${type}; only RSA signatures can be verified.`,
      timestampNoNumber: (timestamp: string): string => `The timestamp "${timestamp}" is not whole seconds since 1970.`,
      timestampMilliseconds: 'The timestamp is in milliseconds; it has to be in seconds.',
      timestampOff: (seconds: number, behind: boolean, now: string): string =>
        `The timestamp is ${seconds} seconds ${behind ? 'behind' : 'ahead of'} ${now}; 300 are allowed (--now sets the time to compare with).`,
      platformSerial: (serial: string, known: string): string =>
        `The serial ${serial} is unknown; known are ${known} (--platform-key names another key).`,
      merchantSerial: (serial: string, known: string): string =>
        `The serial ${serial} is unknown; known is ${known} (--merchant-key names another key).`,
      merchant: (mchid: string, known: string): string =>
        `The merchant ${mchid} is unknown; known is ${known} (--merchant-key names another's key).`,
      authorizationMalformed:
        'Authorization does not read: <scheme> mchid="…",nonce_str="…",timestamp="…",serial_no="…",signature="…" (any order, double quotes, no blanks between).',
      scheme: (scheme: string, path: string): string => `The scheme ${scheme} is not the one for ${path}.`,
      probe:
        'The signature begins with WECHATPAY/SIGNTEST/: it is a probe, wrong on purpose. Reject it like any wrong signature; the real one follows.',
      notBase64: 'The signature is not base64.',
      differs: (serial: string): string =>
        `The signature does not fit the message under the key ${serial}: what was signed was another body, timestamp or nonce, or it was signed with another key.`,
      trailingNewline:
        'The signature fits without the line feed at the end of the body, which was not sent so: an editor or echo adds it.',
      cutOff: (have: number, declared: number): string => `The body has ${have} bytes of ${declared}.`,
    },
  },

  decrypt: {
    description:
      'Opens what is encrypted with the APIv3 key: the resource of a callback, or the certificates of a GET /v3/certificates answer.',
    file: 'JSON of an envelope, a callback or a certificate list; standard input if left out',
    apiV3Key: 'APIv3 key, 32 characters; the well-known one if left out',
    after: `wechatpay-mock decrypt callback.json
curl -s … /v3/certificates … | wechatpay-mock decrypt > platform.pem`,
    badKey: (bytes: number): string =>
      `An APIv3 key has 32 ASCII characters, this one has ${bytes} bytes: correct --api-v3-key`,
    nothingSealed: (name: string): string =>
      `${name} has nothing encrypted in it: give an envelope (algorithm, nonce, ciphertext), a callback or a certificate list`,
    certificate: (serial: string, from: string | undefined, until: string | undefined): string =>
      `${serial}${from && until ? `, valid from ${from} until ${until}` : ''}`,
    reasons: {
      unknown_algorithm: 'Can not be opened: the algorithm is not AEAD_AES_256_GCM.',
      ciphertext_too_short: 'Can not be opened: the ciphertext is shorter than the tag at its end, 16 bytes.',
      bad_nonce: 'Can not be opened: the nonce has not 12 characters.',
      tag_mismatch:
        'Can not be opened: the tag differs. It was encrypted with another APIv3 key, or associated_data, nonce or ciphertext were changed.',
    },
  },

  notify: {
    description:
      'Makes a callback of an event, signed by the platform and sealed with the APIv3 key of the well-known merchant, sends it, and shows what was sent. Needs no server. Ends with 1 when the receiver did not take it.',
    event: 'what happened',
    url: 'where it is sent to; other machines need --allow-callback-host',
    resource: 'members of what is sealed at any depth, as JSON or in a file; the rest is made up, null leaves one out',
    keyMode: 'key that signs it',
    times: 'how often it is sent: each repeat has the same id, and a signature of its own',
    after: `wechatpay-mock notify --event COUPON.SEND --url http://127.0.0.1:3000/notify
wechatpay-mock notify --event TRANSACTION.SUCCESS --url http://127.0.0.1:3000/notify --resource '{"out_trade_no":"MCH_1"}'`,
    incomplete: 'Say what happened and where it goes: --event COUPON.SEND --url http://127.0.0.1:3000/notify',
    badUrl: (url: string): string => `--url "${url}" is not an http or https address`,
    hostNotAllowed: (host: string): string =>
      `${host} is not this machine: allow it with --allow-callback-host ${host}`,
    noObject: (name: string): string => `${name}: a JSON object is needed`,
    unknownMembers: (event: string, members: readonly string[]): string =>
      `${event} has no ${members.join(', ')} here: sent as given`,
    sealed: 'Sealed in it:',
    replied: (status: number, taken: boolean, body: string): string =>
      `Reply ${status}: ${taken ? 'taken' : 'not taken, only 200 and 204 are'}${body === '' ? '' : `\n${body}`}`,
    noReply: ({ error }: AttemptFailure): string => `No reply: ${error}`,
  },

  seed: {
    description:
      'Writes a seed file, for serve --seed: one or several scenarios, coupons made at random, or both together.',
    scenarios: 'scenarios to put in; default if nothing else is asked for',
    coupons: 'how many coupons to make, with batches and orders',
    randomSeed: (standard: string): string =>
      `what --coupons makes; the same text makes the same (default: ${standard})`,
    randomSeedExpected: 'use any text',
    randomSeedAlone: '--random-seed is for --coupons: say how many',
    out: 'file to write; standard output if left out',
    /** What a scenario is for; `description` is the seed file's own. */
    scenario: (_name: string, description: string): string => description,
    list: 'list the scenarios',
    after: `wechatpay-mock seed default --out seed.json
wechatpay-mock seed --coupons 100000 --random-seed 42 --out large.json`,
    unknownScenario: (name: string, scenarios: string): string =>
      `There is no scenario ${name}. There are: ${scenarios}`,
    progress: (lines: number): string => `${lines} lines`,
    written: (file: string, bytes: number): string => `${file}: ${bytes} bytes`,
  },

  pact: {
    description: 'Verifies consumer contracts (Pact) against the mock, or records one from the calls that it was sent.',
    after: `wechatpay-mock pact verify pacts/*.json
wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop`,
    subcommandNeeded: (names: string): string => `Say what to do with pacts: ${names}`,
    record: {
      summary: 'record a pact from the calls that a mock was sent',
      description:
        'Turns the calls in the journal of a running mock into a pact (specification 4): one interaction for each distinct call, with the provider states that it needs to happen again alone, and matchers for what is different in every run. What is in the file already stays as it is. Exit code 1 when there is nothing to record.',
      out: 'the pact file; new interactions are added to it',
      url: 'address of the mock; WECHATPAY_MOCK_URL if left out',
      consumer: 'name of the consumer (default: as in the file, or wechatpay-client)',
      provider: 'name of the provider (default: as in the file, or wechatpay)',
      mchid: 'only calls of this merchant',
      operation: 'only calls of this operation',
      controlToken: "the mock's control token, if it has one",
      after: `wechatpay-mock pact record --out pacts/my-shop-wechatpay.json --consumer my-shop
wechatpay-mock pact verify pacts/my-shop-wechatpay.json`,
      outNeeded: 'Say where to record into: --out FILE',
      fileUnfit: (message: string): string => message,
      noMockAt: (url: string): string => `No mock answers at ${url}: start one with wechatpay-mock, or correct --url`,
      failed: (message: string): string => `Nothing was recorded: ${message}`,
      leftOut: (call: string, status: number | undefined, reason: string): string =>
        `left out: ${call}${status === undefined ? '' : ` ${status}`}: ${reason}`,
      sum: (file: string, calls: number, added: number, kept: number, leftOut: number): string =>
        calls === 0
          ? 'Nothing to record: the journal has no such calls'
          : `${file}: ${added} interactions added, ${kept} there before${leftOut > 0 ? `; ${leftOut} of ${calls} calls left out` : ''}`,
    },
    verify: {
      summary: 'verify pacts of any language',
      description:
        'Verifies pacts, of any language and of specification 2, 3 or 4: sets provider states, signs each request afresh over the bytes that are sent, and checks the signature of every answer. Exit code 1 when one is not kept.',
      files: 'pact files, directories of them, or their addresses (http…)',
      url: 'address of a mock that runs already; its state is put back afterwards (default: WECHATPAY_MOCK_URL, or else one is started)',
      controlToken: 'its control token, if it has one',
      broker:
        'Pact broker to take pacts from: those of main branches and of what is deployed; PACT_BROKER_TOKEN is its token',
      publish: 'publish the results to the broker, as those of this version',
      junit: 'also write a JUnit report into this file',
      after: `wechatpay-mock pact verify pacts/my-shop-wechatpay.json --junit report.xml
wechatpay-mock pact verify pacts --url http://127.0.0.1:8089`,
      nothing: 'There is nothing to verify: name pact files, or give a --broker',
      publishWhere: '--publish is for pacts of a --broker',
      pactMissing: 'Pact is not installed, and verifies the pacts: npm install --save-dev @pact-foundation/pact',
      fileUnfit: (message: string): string => message,
      noMockAt: (url: string): string =>
        `No mock answers at ${url}: start one with wechatpay-mock, correct --url, or leave it out`,
      tokenNeeded: 'This mock wants its control token: give it as --control-token',
      failed: (message: string): string => `The verification could not be done: ${message}`,
      consumer: (name: string): string => `Contract of ${name}`,
      ok: 'ok     ',
      failedWord: 'FAILED ',
      pending: 'pending',
      problem: (text: string): string => `Problem: ${text}`,
      sum: (all: number, failed: number, pending: number): string =>
        `${all} interactions, ${all - failed - pending} ok, ${failed} failed${pending > 0 ? `, ${pending} pending` : ''}`,
    },
  },

  ca: caEn,

  data: dataEn,
  store: storeEn,
  run: runEn,
  gauntlet: gauntletEn,
  explain: explainEn,
}

export type Texts = typeof en
