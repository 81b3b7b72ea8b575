Feature: Run the services in containers as the document sets them

  @MAC-MET-002 @needs-containers
  Scenario: Prometheus starts with its configuration file and keeps its samples in its directory
    When the flags of Prometheus in its container are read
    Then its flag "config.file" is "/etc/prometheus/prometheus.yml"
    And its flag "storage.tsdb.path" is "/prometheus"

  @MAC-MET-005 @needs-containers
  Scenario: Prometheus scrapes each target of the containers within its budget
    When the targets of Prometheus in its container are asked for
    Then the scrape interval of each target is within its budget

  @MAC-MET-006 @needs-containers
  Scenario: Prometheus evaluates its rules within its budget
    When the configuration of Prometheus in its container is read
    Then the interval of its rules is within its budget

  @MAC-MET-007 @needs-containers
  Scenario: Prometheus in its container scrapes itself
    When the targets of Prometheus in its container are asked for
    Then a target of the job "prometheus" at "localhost:9090" is up
    And a target of the job "loki" at "loki:3100" is up

  @MAC-LOG-006 @needs-containers
  Scenario: Loki closes idle chunks and retains flushed ones as long as it is set
    When Loki's configuration in its container is read
    Then its setting "ingester.chunk_idle_period" is "5m0s"
    And its setting "ingester.chunk_retain_period" is "30s"

  @MAC-LOG-009 @needs-containers
  Scenario: Loki rejects a line that is older than a week
    When a log line that is 169 hours old is sent to Loki in its container
    Then Loki rejects the line for its age

  @MAC-LOG-009 @negative @needs-containers
  Scenario: Loki takes a line that is not quite a week old
    When a log line that is 167 hours old is sent to Loki in its container
    Then Loki takes the line
