-- Events of audit, in one chain for each run of a node, and what fixes the ends of chains.
-- The columns are as wide as the fields of an event can be. Seals are hex.
CREATE TABLE IF NOT EXISTS sallyport_audit (
  chain VARCHAR(32) ${exact} NOT NULL,
  seq BIGINT NOT NULL,
  happened_at BIGINT NOT NULL,
  action VARCHAR(64) ${exact} NOT NULL,
  result VARCHAR(16) ${exact} NOT NULL,
  code VARCHAR(64) ${exact},
  target VARCHAR(255) ${exact},
  detail VARCHAR(500) ${exact},
  actor VARCHAR(200) ${exact},
  key_id VARCHAR(64) ${exact},
  owner VARCHAR(200) ${exact},
  subject VARCHAR(255) ${exact},
  issuer VARCHAR(500) ${exact},
  request_id VARCHAR(64) ${exact},
  address VARCHAR(64) ${exact},
  user_agent VARCHAR(255) ${exact},
  method VARCHAR(32) ${exact},
  path VARCHAR(1000) ${exact},
  previous VARCHAR(64) ${exact} NOT NULL,
  seal_id VARCHAR(32) ${exact} NOT NULL,
  seal VARCHAR(64) ${exact} NOT NULL,
  PRIMARY KEY (chain, seq)
);
CREATE INDEX IF NOT EXISTS sallyport_audit_time ON sallyport_audit (happened_at DESC, chain DESC, seq DESC);
CREATE INDEX IF NOT EXISTS sallyport_audit_request ON sallyport_audit (request_id);
CREATE INDEX IF NOT EXISTS sallyport_audit_key ON sallyport_audit (key_id, happened_at);
CREATE INDEX IF NOT EXISTS sallyport_audit_target ON sallyport_audit (target, happened_at);
CREATE INDEX IF NOT EXISTS sallyport_audit_subject ON sallyport_audit (subject, happened_at);
CREATE INDEX IF NOT EXISTS sallyport_audit_code ON sallyport_audit (code, happened_at);

CREATE TABLE IF NOT EXISTS sallyport_audit_checkpoint (
  chain VARCHAR(32) ${exact} NOT NULL,
  kind VARCHAR(16) ${exact} NOT NULL,
  number BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  head VARCHAR(64) ${exact} NOT NULL,
  made_at BIGINT NOT NULL,
  seal_id VARCHAR(32) ${exact} NOT NULL,
  seal VARCHAR(64) ${exact} NOT NULL,
  PRIMARY KEY (chain, kind, number)
);
