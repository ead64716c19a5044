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
SELECT coalesce(note, $1) FROM things; -- 25
SELECT nullif(count, $1) FROM things; -- 23
SELECT (name IS NOT DISTINCT FROM note) IS TRUE FROM things; -- 16
SELECT (name IS DISTINCT FROM note) IS TRUE FROM things; -- 16
SELECT (note = $1) IS TRUE FROM things; -- 16
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
SELECT ($1 = ANY (tags)) IS TRUE FROM things; -- 16
SELECT (tags @> $1) IS TRUE FROM things; -- 16
SELECT (tags @> $1) IS TRUE FROM things; -- 16
SELECT (tags && $1) IS TRUE FROM things; -- 16
SELECT (tags && $1) IS TRUE FROM things; -- 16
SELECT (tags <@ $1) IS TRUE FROM things; -- 16
SELECT doc -> $1 FROM things; -- 3802
SELECT (doc -> $1) ->> $2 FROM things; -- 25
SELECT (doc -> $1) -> $2 FROM things; -- 3802
SELECT doc #> $1 FROM things; -- 3802
SELECT doc #>> $1 FROM things; -- 25
SELECT doc -> $1 FROM things; -- 3802
SELECT doc ->> $1 FROM things; -- 25
SELECT doc -> $1 FROM things; -- 3802
SELECT (doc @> $1) IS TRUE FROM things; -- 16
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
SELECT row_number() OVER (ORDER BY id ASC) FROM things; -- 20
SELECT (sum(count) OVER (PARTITION BY hot))::INT8 FROM things; -- 20
SELECT (lag(count) OVER (ORDER BY id ASC))::INT4 FROM things; -- 23
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
SELECT string_agg(btrim(name), $1) FROM things; -- 25
SELECT array_agg(btrim(name)) FROM things; -- 1009
