Feature: Keep samples as long as they are wanted

  @GPL-MET-002 @needs-metrics-retention-15d
  Scenario: Samples are kept for fifteen days
    When the settings of Prometheus in force are read
    Then the retention of samples is within its budget

  @TAL-MET-002 @needs-metrics-retention-30d
  Scenario: Samples are kept for thirty days
    When the settings of Prometheus in force are read
    Then the retention of samples is within its budget

  @FND-MET-004 @needs-prometheus
  Scenario: Blocks stay below the size that is set
    When the settings of Prometheus in force are read
    Then its blocks are below the retention size that is set

  @FND-MET-002 @needs-prometheus
  Scenario: Samples are kept on a volume of the class and size that are set
    When the settings of Prometheus in force are read
    Then it keeps its samples on a volume of the class and size that are set

  @MAC-MET-001 @needs-prometheus
  Scenario: Prometheus listens on its port
    When the settings of Prometheus in force are read
    Then Prometheus answers on port 9090
