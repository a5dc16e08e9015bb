/** The private key that signed. */
export const KEY_CAUSES = ['key_of_another_merchant', 'key_of_platform', 'key_of_another_serial'] as const

/** How the signature was computed from the message. */
export const ALGORITHM_CAUSES = [
  'digest_sha1',
  'digest_md5',
  'digest_sha224',
  'digest_sha384',
  'digest_sha512',
  'padding_pss',
  'digest_info_missing',
  'digest_as_text',
  'message_not_hashed',
  'message_hashed_twice',
] as const

/** How the signature was written into the header. */
export const SIGNATURE_CAUSES = [
  'signature_not_base64',
  'signature_wrong_length',
  'signature_base64url',
  'signature_hex',
  'signature_base64_twice',
  'signature_percent_encoded',
  'signature_plus_as_space',
  'signature_spaces',
  'signature_slashes_escaped',
  'signature_bytes_reversed',
] as const

export const METHOD_CAUSES = ['method_case', 'method_other', 'method_missing'] as const

export const URL_CAUSES = [
  'url_query_missing',
  'url_question_mark_missing',
  'url_question_mark_added',
  'url_parameter_missing',
  'url_parameters_empty_removed',
  'url_parameters_reordered',
  'url_ampersands_escaped',
  'url_decoded',
  'url_encoded_otherwise',
  'url_encoding_case',
  'url_host',
  'url_prefix_missing',
  'url_prefix_added',
  'url_leading_slash_missing',
  'url_leading_slash_doubled',
  'url_trailing_slash_missing',
  'url_trailing_slash_added',
  'url_lower_case',
  'url_path_missing',
  'url_missing',
] as const

export const TIMESTAMP_CAUSES = [
  'timestamp_milliseconds',
  'timestamp_differs',
  'timestamp_time_zone',
  'timestamp_missing',
] as const

export const NONCE_CAUSES = ['nonce_missing', 'nonce_is_timestamp', 'nonce_case', 'nonce_dashes'] as const

export const BODY_CAUSES = [
  'body_missing',
  'body_placeholder',
  'body_is_query',
  'body_whole_upload',
  'body_keys_sorted',
  'body_fields_reordered',
  'body_field_missing',
  'body_nulls_removed',
  'body_empty_removed',
  'body_spaces',
  'body_pretty_printed',
  'body_compacted',
  'body_unicode_escaped',
  'body_unicode_unescaped',
  'body_slashes_escaped',
  'body_slashes_unescaped',
  'body_html_escaped',
  'body_html_unescaped',
  'body_strings_rewritten',
  'body_numbers_as_decimals',
  'body_numbers_shortened',
  'body_numbers_as_text',
  'body_text_as_numbers',
  'body_reserialised',
  'body_charset',
  'body_mojibake',
  'body_bom_added',
  'body_bom_missing',
  'body_trimmed',
  'body_space_added',
  'body_line_ends',
  'body_hash',
  'body_base64',
  'body_form_encoded',
  'body_url_encoded',
  'body_stringified_twice',
  'body_object_printed',
] as const

export const LINE_CAUSES = [
  'final_line_feed_missing',
  'final_line_feed_doubled',
  'leading_line_feed',
  'message_spaces',
  'message_quoted',
  'message_utf16',
  'line_ends',
  'line_feeds_literal',
  'line_separator',
  'lines_reordered',
  'line_missing',
  'line_added',
  'response_layout',
  'body_only',
  'key_appended',
] as const

/** Faults of an `Authorization` header, found before its signature is checked. */
export const HEADER_CAUSES = [
  'header_missing',
  'header_twice',
  'header_too_long',
  'header_line_break',
  'scheme_missing',
  'scheme_case',
  'scheme_unknown',
  'scheme_not_for_path',
  'scheme_sm2',
  'scheme_space',
  'quotes_single',
  'quotes_missing',
  'quotes_typographic',
  'pairs_spaces',
  'pairs_separator',
  'pair_unreadable',
  'field_missing',
  'field_unknown',
  'field_misnamed',
  'field_twice',
  'field_empty',
  'nonce_too_long',
] as const

export const CLOCK_CAUSES = [
  'clock_behind',
  'clock_ahead',
  'clock_time_zone',
  'clock_milliseconds',
  'clock_microseconds',
  'clock_not_seconds',
  'mock_clock_moved',
] as const

/** Obstacles to a merchant's calls, independent of their signatures. */
export const MERCHANT_CAUSES = [
  'api_v3_key_not_set',
  'certificate_never_applied_for',
  'certificate_expired',
  'certificate_revoked',
  'certificate_replaced',
] as const

export const SERIAL_CAUSES = [
  'serial_of_another_merchant',
  'serial_of_platform',
  'serial_of_another_certificate',
  'serial_decimal',
  'serial_written_otherwise',
  'serial_unknown',
  'mchid_unknown',
] as const

/** Reasons why a path does not have a call. */
export const PATH_CAUSES = [
  'path_not_served',
  'path_of_product',
  'path_only_shaped',
  'path_case',
  'path_slash_added',
  'path_escape_broken',
  'method_not_served',
  'api_v2',
] as const

/** Every cause, in the order of the parts that they concern. */
export const CAUSE_NAMES = [
  ...KEY_CAUSES,
  ...ALGORITHM_CAUSES,
  ...SIGNATURE_CAUSES,
  ...METHOD_CAUSES,
  ...URL_CAUSES,
  ...TIMESTAMP_CAUSES,
  ...NONCE_CAUSES,
  ...BODY_CAUSES,
  ...LINE_CAUSES,
  ...HEADER_CAUSES,
  ...CLOCK_CAUSES,
  ...MERCHANT_CAUSES,
  ...SERIAL_CAUSES,
  ...PATH_CAUSES,
] as const

/** A stable name: part of the public API, so its meaning never changes. */
export type CauseName = (typeof CAUSE_NAMES)[number]

/** One deviation of a client from what the service expects. */
export interface Cause {
  readonly name: CauseName
  /** Detail that the name leaves open: the method that was signed, a key's serial, the form of a pretty print. */
  readonly value?: string
}

/** A cause without undefined members, so that causes compare as equal. */
export function cause(name: CauseName, value?: string): Cause {
  return value === undefined ? { name } : { name, value }
}
