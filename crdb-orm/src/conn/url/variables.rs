//! The names of session variables.
//!
//! Only to tell a variable from a typo: which server knows which one, the server says. `SHOW ALL` of CockroachDB and of
//! PostgreSQL list theirs; what is read-only, or a key of the URL, is left out. A newer one can be given by `options` or
//! by the builder.

/// Names that are taken as keys of a URL, sorted.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "allow_ordinal_column_references", "allow_role_memberships_to_change_during_transaction",
    "allow_unsafe_internals", "array_nulls", "autocommit_before_ddl", "avoid_buffering",
    "avoid_full_table_scans_in_mutations", "backend_flush_after", "backslash_quote", "bytea_output",
    "check_function_bodies", "client_connection_check_interval", "client_min_messages",
    "close_cursors_at_commit", "commit_siblings", "constraint_exclusion", "copy_fast_path_enabled",
    "copy_from_atomic_enabled", "copy_from_retries_enabled", "copy_transaction_quality_of_service",
    "copy_write_pipelining_enabled", "cost_scans_with_default_col_size", "cpu_index_tuple_cost",
    "cpu_operator_cost", "cpu_tuple_cost", "create_table_with_schema_locked", "cursor_tuple_fraction",
    "datestyle", "deadlock_timeout", "declare_cursor_statement_timeout_enabled", "default_int_size",
    "default_statistics_target", "default_table_access_method", "default_tablespace",
    "default_text_search_config", "default_toast_compression", "default_transaction_deferrable",
    "default_transaction_isolation", "default_transaction_priority", "default_transaction_quality_of_service",
    "default_transaction_read_only", "default_transaction_use_follower_reads", "default_with_oids",
    "disable_partially_distributed_plans", "disallow_full_table_scans", "distsql", "distsql_workmem",
    "effective_cache_size", "effective_io_concurrency", "enable_async_append", "enable_auto_rehoming",
    "enable_bitmapscan", "enable_drop_enum_value", "enable_durable_locking_for_serializable",
    "enable_experimental_alter_column_type_general", "enable_gathermerge", "enable_hashagg",
    "enable_hashjoin", "enable_implicit_fk_locking_for_serializable", "enable_implicit_select_for_update",
    "enable_implicit_transaction_for_batch_statements", "enable_incremental_sort", "enable_indexonlyscan",
    "enable_indexscan", "enable_insert_fast_path", "enable_material", "enable_memoize", "enable_mergejoin",
    "enable_multiple_modifications_of_table", "enable_multiregion_placement_policy", "enable_nestloop",
    "enable_parallel_append", "enable_parallel_hash", "enable_partition_pruning",
    "enable_partitionwise_aggregate", "enable_partitionwise_join", "enable_seqscan",
    "enable_shared_locking_for_serializable", "enable_sort", "enable_super_regions", "enable_tidscan",
    "enable_zigzag_join", "enforce_home_region", "enforce_home_region_follower_reads_enabled",
    "escape_string_warning", "exit_on_error", "expect_and_ignore_not_visible_columns_in_copy",
    "experimental_distsql_planning", "experimental_enable_hash_sharded_indexes",
    "experimental_enable_implicit_column_partitioning", "experimental_enable_temp_tables",
    "experimental_enable_unique_without_index_constraints", "experimental_use_new_schema_changer",
    "extra_float_digits", "force_savepoint_restart", "foreign_key_cascades_limit", "from_collapse_limit",
    "geqo", "geqo_effort", "geqo_generations", "geqo_pool_size", "geqo_seed", "geqo_selection_bias",
    "geqo_threshold", "gin_fuzzy_search_limit", "gin_pending_list_limit", "hash_mem_multiplier",
    "idle_in_session_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout",
    "index_join_streamer_batch_size", "index_recommendations_enabled",
    "initial_retry_backoff_for_read_committed", "inject_retry_errors_enabled",
    "inject_retry_errors_on_commit_enabled", "intervalstyle", "jit", "jit_above_cost",
    "jit_inline_above_cost", "jit_optimize_above_cost", "join_collapse_limit",
    "join_reader_index_join_strategy_batch_size", "join_reader_no_ordering_strategy_batch_size",
    "join_reader_ordering_strategy_batch_size", "kv_transaction_buffered_writes_enabled",
    "large_full_scan_rows", "lc_monetary", "lc_numeric", "lc_time", "legacy_varchar_typing",
    "local_preload_libraries", "locality_optimized_partitioned_index_scan", "lock_timeout",
    "log_parameter_max_length_on_error", "logical_decoding_work_mem", "maintenance_io_concurrency",
    "maintenance_work_mem", "max_parallel_maintenance_workers", "max_parallel_workers",
    "max_parallel_workers_per_gather", "max_retries_for_read_committed", "min_parallel_index_scan_size",
    "min_parallel_table_scan_size", "multiple_active_portals_enabled", "null_ordered_last",
    "on_update_rehome_row_enabled", "optimizer", "optimizer_always_use_histograms",
    "optimizer_hoist_uncorrelated_equality_subqueries", "optimizer_merge_joins_enabled",
    "optimizer_push_limit_into_project_filtered_scan", "optimizer_push_offset_into_index_join",
    "optimizer_use_forecasts", "optimizer_use_histograms",
    "optimizer_use_improved_computed_column_filters_derivation", "optimizer_use_improved_disjunction_stats",
    "optimizer_use_improved_distinct_on_limit_hint_costing", "optimizer_use_improved_join_elimination",
    "optimizer_use_improved_multi_column_selectivity_estimate",
    "optimizer_use_improved_split_disjunction_for_joins",
    "optimizer_use_improved_trigram_similarity_selectivity", "optimizer_use_improved_zigzag_join_costing",
    "optimizer_use_limit_ordering_for_streaming_group_by", "optimizer_use_lock_op_for_serializable",
    "optimizer_use_merged_partial_statistics", "optimizer_use_multicol_stats",
    "optimizer_use_not_visible_indexes", "optimizer_use_trigram_similarity_optimization",
    "optimizer_use_virtual_computed_column_stats", "override_multi_region_zone_config",
    "parallel_leader_participation", "parallel_setup_cost", "parallel_tuple_cost",
    "parallelize_multi_key_lookup_joins_enabled", "password_encryption", "plan_cache_mode",
    "prefer_lookup_joins_for_fks", "prepared_statements_cache_size", "propagate_input_ordering",
    "quote_all_identifiers", "random_page_cost", "recursion_depth_limit", "recursive_worktable_factor",
    "reorder_joins_limit", "require_explicit_primary_keys", "role", "row_security", "search_path",
    "seq_page_cost", "serial_normalization", "sql_safe_updates", "standard_conforming_strings",
    "statement_timeout", "stats_fetch_consistency", "strict_ddl_atomicity", "stub_catalog_tables",
    "synchronize_seqscans", "synchronous_commit", "tcp_keepalives_count", "tcp_keepalives_idle",
    "tcp_keepalives_interval", "tcp_user_timeout", "temp_buffers", "temp_tablespaces", "timezone",
    "timezone_abbreviations", "transaction_rows_read_err", "transaction_rows_read_log",
    "transaction_rows_written_err", "transaction_rows_written_log", "transaction_timeout",
    "transform_null_equals", "troubleshooting_mode", "unbounded_parallel_scans",
    "unconstrained_non_covering_index_scan_enabled", "unsafe_setting_interlock_key",
    "use_declarative_schema_changer", "vacuum_cost_delay", "vacuum_cost_limit", "vacuum_cost_page_dirty",
    "vacuum_cost_page_hit", "vacuum_cost_page_miss", "vacuum_failsafe_age", "vacuum_freeze_min_age",
    "vacuum_freeze_table_age", "vacuum_multixact_failsafe_age", "vacuum_multixact_freeze_min_age",
    "vacuum_multixact_freeze_table_age", "variable_inequality_lookup_join_enabled", "vector_search_beam_size",
    "vectorize", "wal_sender_timeout", "wal_skip_threshold", "work_mem", "xmlbinary", "xmloption",
];

/// Whether a key of a URL is the name of a session variable. One with a dot is a variable of an application's own.
pub(super) fn is_known(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok() || (name.contains('.') && is_name(name))
}

/// Whether a text can stand as a name in a statement.
pub(super) fn is_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_are_sorted_and_names() {
        assert!(NAMES.is_sorted() && NAMES.iter().all(|name| is_name(name)));
        assert!(is_known("statement_timeout") && is_known("app.tenant"));
        assert!(
            !is_known("statment_timeout") && !is_known("a.b; DROP") && !is_known(".") && !is_known("1.a")
        );
    }
}
