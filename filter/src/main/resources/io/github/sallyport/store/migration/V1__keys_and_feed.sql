-- One script for H2, PostgreSQL and MariaDB. Every statement may run twice.
-- Times are milliseconds since 1970 in UTC: TIMESTAMP means three different things in the three, with
-- or without a time zone, which drivers convert by the JVM's.
-- Digests are hex, and lists are separated by spaces: no binary or array type has one name in all.
-- ${exact}: compare and order by code point; MariaDB would take A for a.

-- What is made once in the store's life, by whichever node is first.
CREATE TABLE IF NOT EXISTS sallyport_once (
  name VARCHAR(32) ${exact} NOT NULL PRIMARY KEY,
  content VARCHAR(200) ${exact} NOT NULL
);

-- One row: the number of the newest change. Its lock makes numbers and commits go in one order.
CREATE TABLE IF NOT EXISTS sallyport_feed (
  id INT NOT NULL PRIMARY KEY,
  position BIGINT NOT NULL
);
INSERT INTO sallyport_feed (id, position)
  SELECT 1, 0 FROM (SELECT COUNT(*) AS n FROM sallyport_feed) AS there WHERE n = 0;

CREATE TABLE IF NOT EXISTS sallyport_change (
  position BIGINT NOT NULL PRIMARY KEY,
  kind VARCHAR(16) ${exact} NOT NULL,
  id VARCHAR(200) ${exact} NOT NULL,
  version BIGINT NOT NULL
);

CREATE TABLE IF NOT EXISTS sallyport_key (
  id VARCHAR(64) ${exact} NOT NULL PRIMARY KEY,
  owner VARCHAR(200) ${exact} NOT NULL,
  name VARCHAR(200) ${exact},
  environment VARCHAR(8) ${exact} NOT NULL,
  scopes TEXT ${exact} NOT NULL,
  roles TEXT ${exact} NOT NULL,
  plan VARCHAR(100) ${exact},
  status VARCHAR(16) ${exact} NOT NULL,
  created_at BIGINT NOT NULL,
  created_by VARCHAR(200) ${exact} NOT NULL,
  not_before BIGINT,
  expires_at BIGINT,
  version BIGINT NOT NULL,
  pepper_id VARCHAR(32) ${exact} NOT NULL,
  digest VARCHAR(64) ${exact} NOT NULL
);
CREATE INDEX IF NOT EXISTS sallyport_key_owner ON sallyport_key (owner, id);
