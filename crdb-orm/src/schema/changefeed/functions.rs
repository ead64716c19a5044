//! The functions that a CDC query may call, as a closed list.
//!
//! The server takes immutable functions, some stable ones, and three of its own. Source: `CockroachDB`, "Change data
//! capture queries", function support.

/// What a function is to a CDC query.
pub(super) enum Function {
    /// It may be called.
    Known,
    /// It is over several rows.
    Aggregate,
    /// It makes rows.
    Generator,
    /// Its value changes by itself.
    Volatile,
    /// It is in no list.
    Unknown,
}

/// Looks a function up by its name in small letters.
pub(super) const fn of(name: &[u8]) -> Function {
    if is_in(name, KNOWN) {
        Function::Known
    } else if is_in(name, AGGREGATES) {
        Function::Aggregate
    } else if is_in(name, GENERATORS) {
        Function::Generator
    } else if is_in(name, VOLATILE) {
        Function::Volatile
    } else {
        Function::Unknown
    }
}

const fn is_in(name: &[u8], words: &str) -> bool {
    let words = words.as_bytes();
    let mut i = 0;
    while i < words.len() {
        if words[i] == b' ' || words[i] == b'\n' {
            i += 1;
            continue;
        }
        let start = i;
        while i < words.len() && words[i] != b' ' && words[i] != b'\n' {
            i += 1;
        }
        if same(name, words, start, i) {
            return true;
        }
    }
    false
}

const fn same(name: &[u8], words: &[u8], start: usize, end: usize) -> bool {
    if name.len() != end - start {
        return false;
    }
    let mut i = 0;
    while i < name.len() {
        if name[i].to_ascii_lowercase() != words[start + i] {
            return false;
        }
        i += 1;
    }
    true
}

const KNOWN: &str = "\
    event_op event_schema_timestamp changefeed_creation_timestamp statement_timestamp transaction_timestamp \
    age array_to_json array_to_string date_part date_trunc extract format jsonb_build_array jsonb_build_object \
    row_to_json overlaps pg_collation_for pg_typeof quote_literal quote_nullable timezone to_char to_json to_jsonb \
    coalesce nullif ifnull iferror if greatest least cast isnull isnan \
    abs acos asin atan atan2 cbrt ceil ceiling cos cot degrees div exp floor ln log mod pi pow power radians round \
    sign sin sqrt tan trunc width_bucket \
    ascii btrim char_length character_length chr concat concat_ws initcap left length lower lpad ltrim octet_length \
    bit_length overlay position quote_ident regexp_extract regexp_replace regexp_split_to_array repeat replace \
    reverse right rpad rtrim split_part starts_with strpos substr substring to_hex translate trim upper unaccent \
    similarity levenshtein soundex difference metaphone \
    md5 sha1 sha224 sha256 sha384 sha512 crc32c crc32ieee fnv32 fnv32a fnv64 fnv64a encode decode digest hmac \
    compress decompress get_bit set_bit get_byte set_byte to_uuid from_uuid uuid_to_ulid ulid_to_uuid \
    array_append array_cat array_length array_lower array_ndims array_position array_positions array_prepend \
    array_remove array_replace array_upper cardinality string_to_array \
    json_array_length json_build_array json_build_object json_extract_path json_extract_path_text json_object \
    json_remove_path json_set json_strip_nulls json_typeof json_valid json_to_array jsonb_array_length \
    jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_insert jsonb_object jsonb_path_exists \
    jsonb_path_match jsonb_path_query_array jsonb_path_query_first jsonb_pretty jsonb_set jsonb_strip_nulls \
    jsonb_typeof \
    abbrev broadcast family host hostmask inet_same_family inet_contained_by_or_equals inet_contains_or_equals \
    masklen netmask set_masklen text \
    extract_duration experimental_strftime experimental_strptime make_date make_timestamp make_timestamptz \
    make_interval parse_date parse_interval parse_time parse_timestamp parse_timetz to_timestamp isfinite \
    cosine_distance inner_product l1_distance l2_distance l2_norm vector_dims vector_norm \
    st_asgeojson st_astext st_asewkt st_asbinary st_x st_y st_srid st_distance st_dwithin st_intersects st_contains \
    st_within st_covers st_makepoint st_point st_setsrid st_area st_length st_geohash";

const AGGREGATES: &str = "\
    array_agg array_cat_agg avg bit_and bit_or bool_and bool_or concat_agg corr count count_rows covar_pop \
    covar_samp every json_agg json_object_agg jsonb_agg jsonb_object_agg max min percentile_cont percentile_disc \
    sqrdiff st_collect st_extent st_makeline st_union stddev stddev_pop stddev_samp string_agg sum sum_int \
    variance var_pop var_samp xor_agg regr_slope regr_count \
    row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value";

const GENERATORS: &str = "\
    generate_series generate_subscripts unnest json_array_elements json_array_elements_text jsonb_array_elements \
    jsonb_array_elements_text json_each json_each_text jsonb_each jsonb_each_text json_object_keys \
    jsonb_object_keys json_populate_record jsonb_populate_record json_to_record jsonb_to_record \
    json_to_recordset jsonb_to_recordset regexp_split_to_table information_schema._pg_expandarray";

const VOLATILE: &str = "\
    now clock_timestamp current_timestamp current_date current_time localtimestamp localtime timeofday \
    cluster_logical_timestamp follower_read_timestamp with_min_timestamp with_max_staleness \
    random setseed gen_random_uuid gen_random_ulid uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4 uuid_v4 \
    gen_random_bytes unique_rowid unordered_unique_rowid nextval currval lastval setval pg_sleep \
    current_setting set_config current_user session_user current_schema current_database version \
    txid_current gateway_region rehome_row default_to_database_primary_region";
