-- The tokens that we issue, and what was taken back.

-- What one login granted. granted: its scopes, roles and claims, as JSON.
CREATE TABLE IF NOT EXISTS sallyport_refresh_family (
  id VARCHAR(32) ${exact} NOT NULL PRIMARY KEY,
  subject VARCHAR(255) ${exact} NOT NULL,
  client_id VARCHAR(255) ${exact} NOT NULL,
  granted TEXT ${exact} NOT NULL,
  created_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX IF NOT EXISTS sallyport_refresh_family_subject ON sallyport_refresh_family (subject);
CREATE INDEX IF NOT EXISTS sallyport_refresh_family_ends ON sallyport_refresh_family (ends_at);

-- Its refresh tokens, by their digests. used_at is by the database's clock; the salt is what the
-- successor's text comes from, and is there only as long as it may be asked for again.
CREATE TABLE IF NOT EXISTS sallyport_refresh (
  digest VARCHAR(64) ${exact} NOT NULL PRIMARY KEY,
  family VARCHAR(32) ${exact} NOT NULL,
  predecessor VARCHAR(64) ${exact},
  salt VARCHAR(64) ${exact},
  used_at BIGINT
);
CREATE INDEX IF NOT EXISTS sallyport_refresh_of_family ON sallyport_refresh (family);
CREATE INDEX IF NOT EXISTS sallyport_refresh_salt ON sallyport_refresh (salt);

CREATE TABLE IF NOT EXISTS sallyport_denied (
  digest VARCHAR(32) ${exact} NOT NULL PRIMARY KEY,
  until_second BIGINT NOT NULL
);
CREATE INDEX IF NOT EXISTS sallyport_denied_until ON sallyport_denied (until_second);

CREATE TABLE IF NOT EXISTS sallyport_token_version (
  digest VARCHAR(32) ${exact} NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
);

-- The private part is sealed by a secret that is not here.
CREATE TABLE IF NOT EXISTS sallyport_signing_key (
  ordinal INT NOT NULL PRIMARY KEY,
  kid VARCHAR(200) ${exact} NOT NULL,
  algorithm VARCHAR(16) ${exact} NOT NULL,
  public_key TEXT ${exact} NOT NULL,
  sealed_key TEXT ${exact} NOT NULL,
  sealed_by VARCHAR(64) ${exact} NOT NULL,
  created_at BIGINT NOT NULL,
  used_from BIGINT NOT NULL
);
