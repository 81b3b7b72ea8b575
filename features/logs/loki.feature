Feature: Run Loki as the documents ask

  @TAL-LOG-003 @needs-loki
  Scenario: Loki runs as a single binary
    When Loki's configuration in force is read
    Then one process runs all of Loki's parts

  @GPL-LOG-010 @needs-loki
  Scenario: Loki keeps its local state on a claim
    When Loki's configuration in force is read
    Then Loki keeps its local state on the volume of a claim

  @MAC-LOG-002 @needs-loki
  Scenario: Loki listens on its port
    When Loki's configuration in force is read
    Then Loki listens on port 3100

  @MAC-LOG-005 @needs-loki
  Scenario: Loki runs alone, without tenants and with its ring in memory
    When Loki's configuration in force is read
    Then it answers who names no tenant
    And its setting "common.replication_factor" is "1"
    And its setting "common.ring.kvstore.store" is "inmemory"
    And its setting "ingester.lifecycler.address" is "127.0.0.1"
