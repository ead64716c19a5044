-- What `.once(key)` sends, with made-up keys. BLESS=1 writes it again.

-- claim
INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), NULL, 'claimed', now() + INTERVAL '86400 seconds') ON CONFLICT DO NOTHING RETURNING 1 AS claimed;

-- claim of a request
INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), 'claimed', now() + INTERVAL '86400 seconds') ON CONFLICT DO NOTHING RETURNING 1 AS claimed;

-- look up
SELECT state, encode(fingerprint, 'hex') AS fingerprint, encode(result, 'hex') AS result FROM crdb_orm_ledger WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex');

-- claim again
UPDATE crdb_orm_ledger SET fingerprint = decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), state = 'claimed', expires_at = now() + INTERVAL '86400 seconds' WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex') AND state = 'fenced' RETURNING 1 AS claimed;

-- finish
WITH stored AS (UPDATE crdb_orm_ledger SET state = 'done', result = decode('7b2261223a225c753030303027227d', 'hex') WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex') AND state = 'claimed' RETURNING 1) SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE 'the claim in crdb_orm_ledger is gone' END AS INT8) AS stored FROM stored;

-- finish with nothing
WITH stored AS (UPDATE crdb_orm_ledger SET state = 'done', result = decode('', 'hex') WHERE key = decode('abababababababababababababababababababababababababababababababab', 'hex') AND state = 'claimed' RETURNING 1) SELECT CAST(CASE count(*) WHEN 1 THEN '1' ELSE 'the claim in crdb_orm_ledger is gone' END AS INT8) AS stored FROM stored;

-- fence
INSERT INTO crdb_orm_ledger (key, fingerprint, state, expires_at) VALUES (decode('abababababababababababababababababababababababababababababababab', 'hex'), decode('cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd', 'hex'), 'fenced', now() + INTERVAL '86400 seconds') ON CONFLICT (key) DO UPDATE SET expires_at = excluded.expires_at WHERE crdb_orm_ledger.state = 'fenced' RETURNING 1 AS claimed;

-- sweep
WITH expired AS (SELECT key FROM crdb_orm_ledger WHERE key > $1 AND expires_at < now() ORDER BY key LIMIT 500), gone AS (DELETE FROM crdb_orm_ledger WHERE key IN (SELECT key FROM expired) AND expires_at < now() RETURNING key) SELECT (SELECT count(*) FROM gone) AS deleted, (SELECT key FROM expired ORDER BY key DESC LIMIT 1) AS last;
