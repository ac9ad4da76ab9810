-- Plans, and what was used of their quotas.

-- One row: it changes with every plan, and its lock lets one at a time be changed.
CREATE TABLE IF NOT EXISTS sallyport_plan_set (
  id INT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO sallyport_plan_set (id, version)
  SELECT 1, 0 FROM (SELECT COUNT(*) AS n FROM sallyport_plan_set) AS there WHERE n = 0;

-- A plan that was deleted keeps its row, without a definition: the settings must not bring it back.
CREATE TABLE IF NOT EXISTS sallyport_plan (
  name VARCHAR(100) ${exact} NOT NULL PRIMARY KEY,
  definition TEXT ${exact},
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  changed_by VARCHAR(200) ${exact} NOT NULL
);

-- What was used in a period, as far as the nodes have said.
-- epoch: how often it was set to nothing by an administrator; what was counted before is void.
-- told: how many hundredths of the quota were told of.
CREATE TABLE IF NOT EXISTS sallyport_quota (
  lineage VARCHAR(80) ${exact} NOT NULL,
  period_start BIGINT NOT NULL,
  used BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  told INT NOT NULL,
  PRIMARY KEY (lineage, period_start)
);

-- What a running node holds of it, until when: granted and used count up from its first block on.
CREATE TABLE IF NOT EXISTS sallyport_quota_block (
  lineage VARCHAR(80) ${exact} NOT NULL,
  period_start BIGINT NOT NULL,
  holder VARCHAR(32) ${exact} NOT NULL,
  granted BIGINT NOT NULL,
  used BIGINT NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (lineage, period_start, holder)
);
