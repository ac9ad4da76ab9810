-- What a key may do, where it comes from and when it was used.
-- One statement a column: the three databases differ in how they add several.
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS description VARCHAR(1000) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS kind VARCHAR(16) ${exact} DEFAULT 'SECRET' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS addresses VARCHAR(6000) ${exact} DEFAULT '' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS origins TEXT ${exact} DEFAULT '' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS metadata VARCHAR(4096) ${exact} DEFAULT '{}' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS revoked_because VARCHAR(200) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS changed_at BIGINT DEFAULT 0 NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS changed_by VARCHAR(200) ${exact} DEFAULT '' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS lineage VARCHAR(64) ${exact} DEFAULT '' NOT NULL;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS parent VARCHAR(64) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS predecessor VARCHAR(64) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS successor VARCHAR(64) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS overlap_millis BIGINT;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS last_used_at BIGINT;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS last_used_from VARCHAR(64) ${exact};
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS digest_of VARCHAR(64) ${exact} DEFAULT 'text' NOT NULL;

-- Of a foreign key, under which digest it came: the same one does not come in twice.
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS imported_as VARCHAR(64) ${exact};

-- What was told about it: the fewest days that were left, and that nobody uses it.
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS told_days INT;
ALTER TABLE sallyport_key ADD COLUMN IF NOT EXISTS told_idle INT DEFAULT 0 NOT NULL;

UPDATE sallyport_key SET lineage = id, changed_at = created_at, changed_by = created_by
  WHERE lineage = '';

CREATE UNIQUE INDEX IF NOT EXISTS sallyport_key_imported_as ON sallyport_key (imported_as);
CREATE INDEX IF NOT EXISTS sallyport_key_digest ON sallyport_key (digest);
CREATE INDEX IF NOT EXISTS sallyport_key_plan ON sallyport_key (plan, id);
CREATE INDEX IF NOT EXISTS sallyport_key_expires ON sallyport_key (expires_at);
