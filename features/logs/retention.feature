Feature: Keep log lines as long as they are wanted

  @GPL-LOG-009 @needs-log-retention-14d
  Scenario: Log lines are kept for fourteen days
    When Loki's configuration in force is read
    Then the retention of logs is within its budget
    And the compactor applies the retention

  @TAL-LOG-005 @needs-log-retention-7d
  Scenario: Log lines are kept for seven days
    When Loki's configuration in force is read
    Then the retention of logs is within its budget
    And the compactor applies the retention

  @FND-LOG-005 @needs-loki-on-s3
  Scenario: Flushed chunks are written to the bucket
    Given a pod that has written 100 numbered lines
    When Loki flushes the chunks of the pod's lines
    Then there are more chunk objects in Loki's bucket
