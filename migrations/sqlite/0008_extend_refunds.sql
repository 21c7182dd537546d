-- What the provider said when it refused.
ALTER TABLE refunds ADD COLUMN refusal TEXT;
