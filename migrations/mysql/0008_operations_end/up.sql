-- Operations are removed some time after their end.
ALTER TABLE operations ADD KEY operations_end (end_time);
