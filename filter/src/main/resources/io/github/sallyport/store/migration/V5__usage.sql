-- What keys were used for, by the hour. Each run of a node adds to rows of its own.
CREATE TABLE IF NOT EXISTS sallyport_usage (
  key_id VARCHAR(64) ${exact} NOT NULL,
  hour_number BIGINT NOT NULL,
  rule_name VARCHAR(100) ${exact} NOT NULL,
  outcome VARCHAR(64) ${exact} NOT NULL,
  node VARCHAR(36) ${exact} NOT NULL,
  requests BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  millis BIGINT NOT NULL,
  latency_0 BIGINT NOT NULL,
  latency_1 BIGINT NOT NULL,
  latency_2 BIGINT NOT NULL,
  latency_3 BIGINT NOT NULL,
  latency_4 BIGINT NOT NULL,
  latency_5 BIGINT NOT NULL,
  latency_6 BIGINT NOT NULL,
  latency_7 BIGINT NOT NULL,
  latency_8 BIGINT NOT NULL,
  latency_9 BIGINT NOT NULL,
  latency_10 BIGINT NOT NULL,
  latency_11 BIGINT NOT NULL,
  latency_12 BIGINT NOT NULL,
  PRIMARY KEY (key_id, hour_number, rule_name, outcome, node)
);

CREATE INDEX IF NOT EXISTS sallyport_usage_hour ON sallyport_usage (hour_number);
