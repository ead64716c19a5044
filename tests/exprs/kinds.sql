SELECT (small + $1)::INT2 FROM things; -- 21
SELECT (small * small)::INT2 FROM things; -- 21
SELECT (count + $1)::INT4 FROM things; -- 23
SELECT (count + rank)::INT4 FROM things; -- 23
SELECT (count - $1)::INT4 FROM things; -- 23
SELECT div(count, $1)::INT4 FROM things; -- 23
SELECT div(small, $1)::INT2 FROM things; -- 21
SELECT div(big, $1)::INT8 FROM things; -- 20
SELECT (small % $1)::INT2 FROM things; -- 21
SELECT (price % $1)::DECIMAL FROM things; -- 1700
SELECT (-count)::INT4 FROM things; -- 23
SELECT abs(small)::INT2 FROM things; -- 21
SELECT (short + $1)::FLOAT4 FROM things; -- 700
SELECT (short / $1)::FLOAT4 FROM things; -- 700
SELECT (ratio * $1)::FLOAT8 FROM things; -- 701
SELECT (price + $1)::DECIMAL FROM things; -- 1700
SELECT ceil(ratio)::FLOAT8 FROM things; -- 701
SELECT floor(ratio)::FLOAT8 FROM things; -- 701
SELECT floor(short)::FLOAT4 FROM things; -- 700
SELECT round(price, $1)::DECIMAL FROM things; -- 1700
SELECT round(ratio::DECIMAL, $1)::FLOAT8 FROM things; -- 701
SELECT greatest(count, $1)::INT4 FROM things; -- 23
SELECT least(count, rank)::INT4 FROM things; -- 23
SELECT lower(name) FROM things; -- 25
SELECT btrim(upper(name)) FROM things; -- 25
SELECT length(name)::INT8 FROM things; -- 20
SELECT length(note)::INT8 FROM things; -- 20
SELECT btrim(name) || $1 FROM things; -- 25
SELECT name || note FROM things; -- 25
SELECT substr(name, $1, $2) FROM things; -- 25
SELECT replace(btrim(name), $1, $2) FROM things; -- 25
SELECT split_part(btrim(name), $1, $2) FROM things; -- 25
SELECT strpos(name, $1)::INT8 FROM things; -- 20
SELECT (name LIKE $1) IS TRUE FROM things; -- 16
SELECT (name LIKE $1) IS TRUE FROM things; -- 16
SELECT (name LIKE $1) IS TRUE FROM things; -- 16
SELECT (name ILIKE $1) IS TRUE FROM things; -- 16
SELECT (name LIKE $1) IS TRUE FROM things; -- 16
SELECT (name ~ $1) IS TRUE FROM things; -- 16
SELECT (name ~* $1) IS TRUE FROM things; -- 16
SELECT left(btrim(name), $1) FROM things; -- 25
SELECT right(btrim(name), $1) FROM things; -- 25
SELECT lpad(btrim(name), $1, $2) FROM things; -- 25
SELECT rpad(btrim(name), $1, $2) FROM things; -- 25
SELECT repeat(left(btrim(name), $1), $2) FROM things; -- 25
SELECT reverse(btrim(name)) FROM things; -- 25
SELECT initcap(lower(name)) FROM things; -- 25
SELECT ltrim(name, $1) FROM things; -- 25
SELECT rtrim(name, $1) FROM things; -- 25
SELECT translate(btrim(name), $1, $2) FROM things; -- 25
SELECT regexp_replace(btrim(name), $1, $2) FROM things; -- 25
SELECT regexp_replace(btrim(name), $1, $2, 'g') FROM things; -- 25
SELECT left(note, $1) FROM things; -- 25
SELECT ascii(btrim(name))::INT8 FROM things; -- 20
SELECT string_to_array(btrim(name), $1) FROM things; -- 1009
SELECT octet_length(name)::INT8 FROM things; -- 20
SELECT md5(note) FROM things; -- 25
SELECT md5(btrim(name)) FROM things; -- 25
SELECT (to_tsvector('english', replace(name, $1, $2)) @@ plainto_tsquery('english', $3)) IS TRUE FROM things; -- 16
SELECT (to_tsvector('english', replace(name, $1, $2)) @@ plainto_tsquery('english', $3)) IS TRUE FROM things; -- 16
SELECT (to_tsvector('simple', note) @@ plainto_tsquery('english', $1)) IS TRUE FROM things; -- 16
SELECT ts_rank(to_tsvector('english', replace(name, $1, $2)), plainto_tsquery('english', $3)) FROM things; -- 700
SELECT ts_rank(to_tsvector('english', note), plainto_tsquery('english', $1)) FROM things; -- 700
SELECT data FROM things; -- 17
SELECT octet_length(data)::INT8 FROM things; -- 20
SELECT encode(data, 'hex') FROM things; -- 25
SELECT encode(data, 'base64') FROM things; -- 25
SELECT md5(data) FROM things; -- 25
SELECT decode(encode(data, 'hex'), 'hex') FROM things; -- 17
SELECT sqrt(((count + $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT cbrt(((count + $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT exp(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT ln(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT log(((count + $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT sin(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT cos(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT tan(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT asin(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT acos(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT atan(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT degrees(((count - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT radians(((rank - $1)::INT4)::FLOAT8) FROM things; -- 701
SELECT atan2(((count - $1)::INT4)::FLOAT8, $2::FLOAT8) FROM things; -- 701
SELECT power(count::FLOAT8, $1::FLOAT8) FROM things; -- 701
SELECT floor(sqrt(price::FLOAT8))::FLOAT8 FROM things; -- 701
SELECT sign(small)::INT2 FROM things; -- 21
SELECT sign(ratio)::FLOAT8 FROM things; -- 701
SELECT sign(price)::DECIMAL FROM things; -- 1700
SELECT trunc(ratio)::FLOAT8 FROM things; -- 701
SELECT trunc(short)::FLOAT4 FROM things; -- 700
SELECT trunc(price)::DECIMAL FROM things; -- 1700
SELECT (count & $1)::INT4 FROM things; -- 23
SELECT (count | $1)::INT4 FROM things; -- 23
SELECT (small & $1)::INT2 FROM things; -- 21
SELECT floor(pi())::FLOAT8 FROM things; -- 701
SELECT (random() < $1) IS TRUE FROM things; -- 16
SELECT gen_random_uuid() IS NOT NULL FROM things; -- 16
SELECT $1 FROM things; -- 21
SELECT $1 FROM things; -- 25
SELECT (1)::INT4 FROM things; -- 23
SELECT (count - $1 - count)::INT4 FROM things; -- 23
SELECT (btrim(name) || '$2' || $1)::TEXT FROM things; -- 25
SELECT (count > 1 OR $1)::BOOL FROM things; -- 16
SELECT (NOT (count > 1 OR $1)::BOOL) IS TRUE FROM things; -- 16
SELECT coalesce(note, $1) FROM things; -- 25
SELECT nullif(count, $1) FROM things; -- 23
SELECT (name IS NOT DISTINCT FROM note) IS TRUE FROM things; -- 16
SELECT (name IS DISTINCT FROM note) IS TRUE FROM things; -- 16
SELECT (note = $1) IS TRUE FROM things; -- 16
SELECT FALSE FROM things; -- 16
SELECT (NOT FALSE) IS TRUE FROM things; -- 16
SELECT (FALSE OR hot) IS TRUE FROM things; -- 16
SELECT (TRUE AND FALSE) IS TRUE FROM things; -- 16
SELECT CASE WHEN hot THEN $1 ELSE $2 END FROM things; -- 23
SELECT CASE WHEN NOT hot THEN $1 END FROM things; -- 25
SELECT CASE WHEN NOT hot THEN $1::TEXT::mood ELSE $2::TEXT::mood END::TEXT FROM things; -- 25
SELECT count::INT2 FROM things; -- 21
SELECT count::INT8 FROM things; -- 20
SELECT count::FLOAT8 FROM things; -- 701
SELECT count::TEXT FROM things; -- 25
SELECT price::INT4 FROM things; -- 23
SELECT mood::TEXT FROM things; -- 25
SELECT local::DATE FROM things; -- 1082
SELECT mood::TEXT FROM things; -- 25
SELECT (count = ANY ($1)) IS TRUE FROM things; -- 16
SELECT (count = ANY ($1)) IS TRUE FROM things; -- 16
SELECT (count != ALL ($1)) IS TRUE FROM things; -- 16
SELECT (count != ALL ($1)) IS TRUE FROM things; -- 16
SELECT (mood = ANY ($1::TEXT[]::mood[])) IS TRUE FROM things; -- 16
SELECT ((count, small) > ($1, $2)) IS TRUE FROM things; -- 16
SELECT ((count, name) IN (SELECT * FROM unnest($1, $2))) IS TRUE FROM things; -- 16
SELECT ((count, hot) IN (SELECT * FROM unnest($1, $2))) IS TRUE FROM things; -- 16
SELECT ((count, hot) IN (SELECT * FROM unnest($1, $2))) IS TRUE FROM things; -- 16
SELECT cardinality(tags)::INT8 FROM things; -- 20
SELECT cardinality(scores)::INT8 FROM things; -- 20
SELECT (tags)[$1] FROM things; -- 25
SELECT (tags)[$1] FROM things; -- 25
SELECT array_append(tags, $1) FROM things; -- 1009
SELECT array_remove(tags, $1) FROM things; -- 1009
SELECT array_prepend($1, tags) FROM things; -- 1009
SELECT cardinality(array_cat(tags, $1))::INT8 FROM things; -- 20
SELECT array_cat(scores, $1) FROM things; -- 1016
SELECT array_position(tags, $1)::INT8 FROM things; -- 20
SELECT array_position(tags, $1)::INT8 FROM things; -- 20
SELECT (array_replace(tags, $1, $2))[$3] FROM things; -- 25
SELECT array_to_string(tags, $1) FROM things; -- 25
SELECT ($1 = ANY (tags)) IS TRUE FROM things; -- 16
SELECT (tags @> $1) IS TRUE FROM things; -- 16
SELECT (tags @> $1) IS TRUE FROM things; -- 16
SELECT (tags && $1) IS TRUE FROM things; -- 16
SELECT (tags && $1) IS TRUE FROM things; -- 16
SELECT (tags <@ $1) IS TRUE FROM things; -- 16
SELECT (tags && tags) IS TRUE FROM things; -- 16
SELECT (tags && array_replace(array_remove(tags, $1), $2, $3)) IS TRUE FROM things; -- 16
SELECT (scores && scores) IS TRUE FROM things; -- 16
SELECT doc -> $1 FROM things; -- 3802
SELECT (doc -> $1) ->> $2 FROM things; -- 25
SELECT (doc -> $1) -> $2 FROM things; -- 3802
SELECT doc #> $1 FROM things; -- 3802
SELECT doc #>> $1 FROM things; -- 25
SELECT doc -> $1 FROM things; -- 3802
SELECT doc ->> $1 FROM things; -- 25
SELECT doc -> $1 FROM things; -- 3802
SELECT jsonb_set(doc, $1, $2) #> $3 FROM things; -- 3802
SELECT jsonb_set(doc, $1, $2) -> $3 FROM things; -- 3802
SELECT (doc || $1) -> $2 FROM things; -- 3802
SELECT (doc - $1) -> $2 FROM things; -- 3802
SELECT (doc #- $1) -> $2 FROM things; -- 3802
SELECT (jsonb_strip_nulls(doc) - $1) - $2 FROM things; -- 3802
SELECT jsonb_typeof(doc) FROM things; -- 25
SELECT jsonb_array_length(doc -> $1)::INT8 FROM things; -- 20
SELECT to_jsonb(tags) FROM things; -- 3802
SELECT to_jsonb(count) FROM things; -- 3802
SELECT to_jsonb(note) FROM things; -- 3802
SELECT jsonb_build_object($1, count, $2, note, $3, $4) FROM things; -- 3802
SELECT jsonb_build_object() FROM things; -- 3802
SELECT (doc @> $1) IS TRUE FROM things; -- 16
SELECT ((doc -> $1) <@ $2) IS TRUE FROM things; -- 16
SELECT (doc <@ $1) IS TRUE FROM things; -- 16
SELECT (doc ? $1) IS TRUE FROM things; -- 16
SELECT (doc ?| $1) IS TRUE FROM things; -- 16
SELECT (doc ?& $1) IS TRUE FROM things; -- 16
SELECT date_trunc('day', at)::TIMESTAMPTZ FROM things; -- 1184
SELECT date_trunc('day', local)::TIMESTAMP FROM things; -- 1114
SELECT date_trunc('year', day)::DATE FROM things; -- 1082
SELECT extract(hour FROM at)::FLOAT8 FROM things; -- 701
SELECT extract(second FROM at)::FLOAT8 FROM things; -- 701
SELECT extract(isodow FROM day)::FLOAT8 FROM things; -- 701
SELECT extract(hour FROM ended)::FLOAT8 FROM things; -- 701
SELECT (day + $1)::DATE FROM things; -- 1082
SELECT extract(second FROM (at - $1)::TIMESTAMPTZ)::FLOAT8 FROM things; -- 701
SELECT round(((extract(epoch FROM at)::FLOAT8 - extract(epoch FROM $1)::FLOAT8)::FLOAT8)::DECIMAL, $2)::FLOAT8 FROM things; -- 701
SELECT (at > (now()::TIMESTAMPTZ + $1)::TIMESTAMPTZ) IS TRUE FROM things; -- 16
SELECT timezone($1, at) FROM things; -- 1114
SELECT timezone($1, ended) FROM things; -- 1114
SELECT age(date_trunc('day', at)::TIMESTAMPTZ, $1) FROM things; -- 1186
SELECT to_char(local, $1) FROM things; -- 25
SELECT to_char(day::TIMESTAMP, $1) FROM things; -- 25
SELECT (clock_timestamp()::TIMESTAMPTZ >= now()::TIMESTAMPTZ) IS TRUE FROM things; -- 16
SELECT (ntile(4) OVER (ORDER BY id ASC))::INT8 FROM things; -- 20
SELECT rank() OVER (ORDER BY id ASC) FROM things; -- 20
SELECT dense_rank() OVER (ORDER BY id ASC) FROM things; -- 20
SELECT percent_rank() OVER (ORDER BY id ASC) FROM things; -- 701
SELECT cume_dist() OVER (ORDER BY id ASC) FROM things; -- 701
SELECT (lag(small, 2) OVER (ORDER BY id ASC))::INT2 FROM things; -- 21
SELECT (lag(small, 2, $1) OVER (ORDER BY id ASC))::INT2 FROM things; -- 21
SELECT lead(note, 1, name) OVER (ORDER BY id ASC) FROM things; -- 25
SELECT (lead(count, 1) OVER (ORDER BY id ASC))::INT4 FROM things; -- 23
SELECT (first_value(small) OVER (ORDER BY id ASC))::INT2 FROM things; -- 21
SELECT (last_value(short) OVER (ORDER BY id ASC))::FLOAT4 FROM things; -- 700
SELECT nth_value(name, 2) OVER (ORDER BY id ASC) FROM things; -- 25
SELECT (sum(big) OVER (ORDER BY id ASC ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING))::INT8 FROM things; -- 20
SELECT (sum(big) OVER (ORDER BY id ASC ROWS BETWEEN 2 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW))::INT8 FROM things; -- 20
SELECT count(count) OVER (ORDER BY id ASC GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM things; -- 20
SELECT count(count) OVER (ORDER BY id ASC RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM things; -- 20
SELECT count(count) OVER (ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE GROUP) FROM things; -- 20
SELECT count(small) OVER (ORDER BY small ASC RANGE BETWEEN $1 PRECEDING AND CURRENT ROW) FROM things; -- 20
SELECT count(small) OVER (ORDER BY rank ASC NULLS FIRST RANGE BETWEEN $1 PRECEDING AND $2 FOLLOWING) FROM things; -- 20
SELECT count(small) OVER (ORDER BY big ASC RANGE BETWEEN $1 FOLLOWING AND $2 FOLLOWING) FROM things; -- 20
SELECT count(small) OVER (ORDER BY short ASC RANGE BETWEEN $1 PRECEDING AND CURRENT ROW) FROM things; -- 20
SELECT count(small) OVER (ORDER BY price ASC RANGE BETWEEN $1 PRECEDING AND CURRENT ROW) FROM things; -- 20
SELECT count(small) OVER (PARTITION BY hot ORDER BY at ASC RANGE BETWEEN $1 PRECEDING AND CURRENT ROW) FROM things; -- 20
SELECT count(small) OVER (ORDER BY day ASC RANGE BETWEEN $1 PRECEDING AND UNBOUNDED FOLLOWING) FROM things; -- 20
SELECT count(small) OVER (ORDER BY local ASC RANGE BETWEEN $1 PRECEDING AND $2 PRECEDING) FROM things; -- 20
SELECT row_number() OVER (ORDER BY id ASC) FROM things; -- 20
SELECT (sum(count) OVER (PARTITION BY hot))::INT8 FROM things; -- 20
SELECT (lag(count) OVER (ORDER BY id ASC))::INT4 FROM things; -- 23
SELECT (lead(count) OVER (ORDER BY id ASC))::INT4 FROM things; -- 23
SELECT lead(note) OVER (ORDER BY id ASC) FROM things; -- 25
SELECT sum(small)::INT8 FROM things; -- 20
SELECT sum(big)::INT8 FROM things; -- 20
SELECT sum(short)::FLOAT8 FROM things; -- 701
SELECT sum(price)::DECIMAL FROM things; -- 1700
SELECT avg(count)::FLOAT8 FROM things; -- 701
SELECT coalesce(avg(price)::DECIMAL, $1) FROM things; -- 1700
SELECT avg(ratio)::FLOAT8 FROM things; -- 701
SELECT (sum(count) FILTER (WHERE NOT hot))::INT8 FROM things; -- 20
SELECT count(rank) FROM things; -- 20
SELECT count(DISTINCT rank) FROM things; -- 20
SELECT min(small)::INT2 FROM things; -- 21
SELECT max(mood)::TEXT FROM things; -- 25
SELECT bool_and(hot) FROM things; -- 16
SELECT bool_or(hot) FROM things; -- 16
SELECT bool_or(hot) FILTER (WHERE NOT hot) FROM things; -- 16
SELECT bool_or(NOT hot) FROM things; -- 16
SELECT string_agg(btrim(name), $1) FROM things; -- 25
SELECT array_agg(btrim(name)) FROM things; -- 1009
SELECT array_agg(btrim(name) ORDER BY count DESC) FROM things; -- 1009
SELECT array_agg(DISTINCT rank)::INT4[] FROM things; -- 1007
SELECT string_agg(btrim(name), $1 ORDER BY rank ASC NULLS FIRST) FROM things; -- 25
SELECT string_agg(btrim(name), $1) FILTER (WHERE NOT hot) FROM things; -- 25
SELECT jsonb_agg(count ORDER BY id ASC) FROM things; -- 3802
SELECT jsonb_agg(mood) FROM things; -- 3802
SELECT jsonb_object_agg(btrim(name), count) FROM things; -- 3802
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY count::FLOAT8)::FLOAT8 FROM things; -- 701
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY small)::INT2 FROM things; -- 21
SELECT percentile_disc(1) WITHIN GROUP (ORDER BY name) FILTER (WHERE NOT hot) FROM things; -- 25
SELECT stddev_samp(count)::FLOAT8 FROM things; -- 701
SELECT stddev_pop(count)::FLOAT8 FROM things; -- 701
SELECT var_samp(ratio)::FLOAT8 FROM things; -- 701
SELECT var_pop(price)::DECIMAL FROM things; -- 1700
SELECT stddev_pop(short)::FLOAT8 FROM things; -- 701
SELECT corr(count::FLOAT8, small::FLOAT8) FROM things; -- 701
SELECT covar_samp(price::FLOAT8, ratio::FLOAT8) FROM things; -- 701
SELECT regr_slope(count::FLOAT8, small::FLOAT8) FROM things; -- 701
SELECT regr_intercept(count::FLOAT8, small::FLOAT8) FROM things; -- 701
SELECT regr_r2(count::FLOAT8, small::FLOAT8) FROM things; -- 701
SELECT bit_and(small)::INT2 FROM things; -- 21
SELECT bit_or(count)::INT4 FROM things; -- 23
